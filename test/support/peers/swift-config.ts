import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';

export type SwiftService = 'proxy' | 'account' | 'container' | 'object';
export type SwiftPorts = Readonly<Record<SwiftService | 'memcached', number>>;

export const SWIFT_STORES = ['account', 'container', 'object'] as const;

/** Who may sign: tempauth's user is the access key, its password the secret. */
export const SWIFT_USER = { accessKey: 'test:tester', secretKey: 'a-swift/secret+with=signs', region: 'eu-swift-1' };

/** Writes everything that a Swift of one disk on loopback needs below a folder. */
export async function writeSwiftConfig(home: string, ports: SwiftPorts): Promise<void> {
  await mkdir(join(home, 'devices', 'disk'), { recursive: true });
  const write = (name: string, text: string) => writeFile(join(home, name), text);
  await write('swift.conf', '[swift-hash]\nswift_hash_path_suffix = test\n');
  await write('proxy.conf', proxyConfig(home, ports));
  for (const store of SWIFT_STORES) await write(`${store}.conf`, storeConfig(home, store, ports[store]));
}

function common(home: string, port: number): string {
  return [
    '[DEFAULT]',
    'bind_ip = 127.0.0.1',
    `bind_port = ${port}`,
    `user = ${userInfo().username}`,
    `swift_dir = ${home}`,
    `devices = ${join(home, 'devices')}`,
    'mount_check = false',
    'workers = 0',
    'log_level = CRITICAL',
    '',
  ].join('\n');
}

function storeConfig(home: string, store: string, port: number): string {
  return `${common(home, port)}
[pipeline:main]
pipeline = ${store}-server

[app:${store}-server]
use = egg:swift#${store}
`;
}

function proxyConfig(home: string, ports: SwiftPorts): string {
  return `${common(home, ports.proxy)}
[pipeline:main]
pipeline = catch_errors gatekeeper cache s3api tempauth bulk slo proxy-server

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true

[filter:catch_errors]
use = egg:swift#catch_errors

[filter:gatekeeper]
use = egg:swift#gatekeeper

[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${ports.memcached}

[filter:s3api]
use = egg:swift#s3api
location = ${SWIFT_USER.region}

[filter:tempauth]
use = egg:swift#tempauth
user_${SWIFT_USER.accessKey.replace(':', '_')} = ${SWIFT_USER.secretKey} .admin

[filter:bulk]
use = egg:swift#bulk

[filter:slo]
use = egg:swift#slo
`;
}
