import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NameServer } from '../../../test/support/peers/name-server.js';
import { Settings } from '../config/index.js';
import { addressesInHostsFile } from './hosts-file.js';
import { searchDomains } from './resolv-conf.js';
import { SystemLookup } from './system-lookup.js';
import { SystemResolver } from './system-resolver.js';

const never = new AbortController().signal;

describe('the hosts file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ede-hosts-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('gives every address of a name, in any case, and none of comments or nonsense', async () => {
    const file = join(folder, 'hosts');
    await writeFile(
      file,
      [
        '127.0.0.1\tlocalhost',
        '10.0.0.7  MinIO.internal minio # 10.0.0.9 other.internal',
        'fd00::7 minio.internal',
        '# 10.0.0.8 minio.internal',
        'nonsense minio.internal',
        '10.0.0.300 minio.internal',
        '',
      ].join('\r\n'),
    );
    expect(await addressesInHostsFile('minio.internal', file)).toEqual([
      { address: '10.0.0.7', family: 4 },
      { address: 'fd00::7', family: 6 },
    ]);
    expect(await addressesInHostsFile('minio', file)).toHaveLength(1);
    expect(await addressesInHostsFile('other.internal', file)).toEqual([]);
    expect(await addressesInHostsFile('minio.internal', join(folder, 'missing'))).toEqual([]);
  });
});

describe('the system resolver', () => {
  const resolver = new SystemResolver(new Settings());

  it('knows localhost, IPv4 first', async () => {
    const [first] = await resolver.resolve('localhost', never);
    expect(first).toEqual({ address: '127.0.0.1', family: 4 });
  });

  it('does not wait for a caller who has given up', async () => {
    const gone = AbortSignal.abort(new Error('enough'));
    await expect(resolver.resolve('no-such-name', gone)).rejects.toThrow('enough');
  });
});

describe('resolv.conf', () => {
  it.each([
    ['nameserver 10.0.0.1\n', []],
    [
      'search old.example\nsearch Corp.example. svc.cluster.local\noptions ndots:5\n',
      ['corp.example', 'svc.cluster.local'],
    ],
    ['domain corp.example\n; search not.example\n', ['corp.example']],
    ['search . bad/name ok.example\n', ['ok.example']],
  ])('%j completes names by %j', async (text, domains) => {
    const folder = await mkdtemp(join(tmpdir(), 'ede-resolv-'));
    await writeFile(join(folder, 'resolv.conf'), text);
    expect(await searchDomains(join(folder, 'resolv.conf'))).toEqual(domains);
    await rm(folder, { recursive: true });
  });

  it('completes nothing where there is none', async () => {
    expect(await searchDomains(join(tmpdir(), 'missing', 'resolv.conf'))).toEqual([]);
  });
});

describe('the resolver with what the system has', () => {
  let server: NameServer;
  let resolver: SystemResolver;
  let askedSystem: string[];
  /** Names for which no answer comes. */
  let silent: Set<string>;
  beforeEach(async () => {
    const zone: Record<string, string[]> = {
      'minio.corp.test': ['10.0.0.7'],
      single: ['10.0.0.9'],
      'two.test': ['10.0.0.8'],
      'db.storage.corp.test': ['10.0.0.6'],
    };
    silent = new Set();
    server = await NameServer.start((name) => (silent.has(name) ? null : (zone[name] ?? [])));
    askedSystem = [];
    const hangs = (hostname: string) => {
      askedSystem.push(hostname);
      return new Promise<never>(() => undefined);
    };
    resolver = new SystemResolver(new Settings(), {
      servers: [server.address],
      searchDomains: () => Promise.resolve(['corp.test', 'other.test']),
      system: new SystemLookup(hangs),
    });
  });
  afterEach(() => server.stop());

  const addressesOf = async (name: string) => (await resolver.resolve(name, never)).map(({ address }) => address);

  it('completes names itself: one without a dot first, any other one last', async () => {
    expect(await addressesOf('minio')).toEqual(['10.0.0.7']);
    expect(await addressesOf('two.test')).toEqual(['10.0.0.8']);
    expect(await addressesOf('db.storage')).toEqual(['10.0.0.6']);
    expect(await addressesOf('single')).toEqual(['10.0.0.9']);
    expect(server.asked).toEqual([
      'minio.corp.test',
      'two.test',
      'db.storage',
      'db.storage.corp.test',
      'single.corp.test',
      'single.other.test',
      'single',
    ]);
    expect(askedSystem).toEqual([]);
  });

  it('goes on after a search domain whose name server is silent, and says so when nobody else knows the name', async () => {
    silent.add('single.corp.test').add('ghost.corp.test');
    // As long as the egress door waits for a name.
    expect(await resolver.resolve('single', AbortSignal.timeout(2_000))).toMatchObject([{ address: '10.0.0.9' }]);
    await expect(addressesOf('ghost')).rejects.toMatchObject({ code: 'ETIMEOUT' });
    expect(askedSystem).toEqual([]);
  });

  it('finds a name of the world without knowing the search domains', async () => {
    const world = new SystemResolver(new Settings(), {
      servers: [server.address],
      searchDomains: () => Promise.reject(new Error('not asked for')),
    });
    expect((await world.resolve('two.test', never)).map(({ address }) => address)).toEqual(['10.0.0.8']);
  });

  it('completes no name of this machine itself', async () => {
    if (process.platform === 'linux') expect(await addressesOf('db.localhost')).toEqual([]);
    expect(server.asked.filter((name) => name.includes('localhost'))).toEqual(['db.localhost']);
  });

  it('holds no thread for names of the world, and finds others while the system says nothing', async () => {
    const waits = new AbortController();
    const hang = (name: string) => resolver.resolve(name, waits.signal).catch((error: unknown) => String(error));
    void hang('printer');
    void hang('scanner.local');
    while (askedSystem.length < 2) await sleep(1);
    const third = hang('third');
    while (!server.asked.includes('third')) await sleep(1);
    if (process.platform === 'linux') expect(await addressesOf('unknown.test')).toEqual([]);
    expect(await addressesOf('two.test')).toEqual(['10.0.0.8']);
    expect(await addressesOf('minio')).toEqual(['10.0.0.7']);
    waits.abort(new Error('enough'));
    expect(await third).toBe('Error: enough');
    expect(askedSystem.sort()).toEqual(['printer', 'scanner.local']);
  });
});

describe('the resolver with name servers of its own', () => {
  let server: NameServer;
  let resolver: SystemResolver;
  beforeEach(async () => {
    const zone: Record<string, string[]> = { 'two.test': ['fd00::7', '10.0.0.7', '10.0.0.8'], single: ['10.0.0.9'] };
    server = await NameServer.start((name) => zone[name] ?? []);
    resolver = new SystemResolver(new Settings({ dnsServers: [server.address] }));
  });
  afterEach(() => server.stop());

  it('asks them for every name, also one without a dot, and gives all addresses of both families', async () => {
    expect(await resolver.resolve('two.test', never)).toEqual([
      { address: '10.0.0.7', family: 4 },
      { address: '10.0.0.8', family: 4 },
      { address: 'fd00::7', family: 6 },
    ]);
    expect(await resolver.resolve('single', never)).toEqual([{ address: '10.0.0.9', family: 4 }]);
    expect(server.asked).toEqual(['two.test', 'single']);
  });

  it('asks nobody else when they know nothing, and nobody at all for what the hosts file has', async () => {
    expect(await resolver.resolve('unknown.test', never)).toEqual([]);
    expect((await resolver.resolve('localhost', never))[0]).toEqual({ address: '127.0.0.1', family: 4 });
    expect(server.asked).toEqual(['unknown.test']);
  });
});
