import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { SWIFT_STORES, SWIFT_USER, writeSwiftConfig, type SwiftPorts } from './swift-config.js';

const BIN = '/usr/bin';
const PROGRAMS = ['proxy', ...SWIFT_STORES].map((service) => join(BIN, `swift-${service}-server`));
const START_MS = 30_000;
const HOW_TO_INSTALL =
  'OpenStack Swift is not installed: apt-get install swift-proxy swift-account swift-container swift-object memcached';

/** OpenStack Swift with its S3 door: another S3 server than s3rver, and one that checks signatures itself. */
export class SwiftPeer {
  readonly keys = SWIFT_USER;
  private readonly children: ChildProcess[] = [];

  private constructor(
    readonly port: number,
    private readonly home: string,
  ) {}

  /** Whether Debian's packages are there. */
  static isAvailable(): boolean {
    return [...PROGRAMS, join(BIN, 'swift-ring-builder'), join(BIN, 'memcached')].every((path) => existsSync(path));
  }

  /** @throws Error that says how to install it, or what its processes complained about. */
  static async start(): Promise<SwiftPeer> {
    if (!SwiftPeer.isAvailable()) throw new Error(HOW_TO_INSTALL);
    const home = await mkdtemp(join(tmpdir(), 'ede-swift-'));
    const ports = await freePorts();
    await writeSwiftConfig(home, ports);
    for (const store of SWIFT_STORES) buildRing(home, store, ports[store]);
    const peer = new SwiftPeer(ports.proxy, home);
    try {
      await peer.launch(ports);
    } catch (error) {
      await peer.stop();
      throw error;
    }
    return peer;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }),
    );
    await rm(this.home, { recursive: true, force: true });
  }

  /** The proxy comes last: it shuns for a while a store that does not answer at once. */
  private async launch(ports: SwiftPorts): Promise<void> {
    const user = userInfo().username;
    this.run('memcached', ['-l', '127.0.0.1', '-p', `${ports.memcached}`, '-U', '0', '-u', user]);
    for (const store of SWIFT_STORES) this.run(`swift-${store}-server`, [join(this.home, `${store}.conf`)]);
    for (const service of ['memcached', ...SWIFT_STORES] as const) await this.until(() => isOpen(ports[service]));
    this.run('swift-proxy-server', [join(this.home, 'proxy.conf')]);
    await this.until(() => isOpen(ports.proxy));
  }

  private run(program: string, args: readonly string[]): void {
    this.children.push(spawn(join(BIN, program), args, { stdio: ['ignore', 'ignore', 'inherit'] }));
  }

  private async until(isReady: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + START_MS;
    while (!(await isReady())) {
      const dead = this.children.find((child) => child.exitCode !== null);
      if (dead !== undefined) throw new Error(`Swift did not start: ${dead.spawnfile} ended`);
      if (Date.now() > deadline) throw new Error('Swift did not start in time');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function buildRing(home: string, store: string, port: number): void {
  const builder = join(home, `${store}.builder`);
  const steps = [['create', '2', '1', '0'], ['add', `r1z1-127.0.0.1:${port}/disk`, '1'], ['rebalance']];
  for (const step of steps) {
    const { status, stdout, stderr } = spawnSync(join(BIN, 'swift-ring-builder'), [builder, ...step], {
      cwd: home,
      encoding: 'utf8',
    });
    // 1 is a warning, e.g. about few replicas.
    if (status !== 0 && status !== 1) throw new Error(`swift-ring-builder failed: ${stdout} ${stderr}`);
  }
}

async function freePorts(): Promise<SwiftPorts> {
  const servers = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const [proxy = 0, account = 0, container = 0, object = 0, memcached = 0] = servers.map(
    (server) => (server.address() as AddressInfo).port,
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return { proxy, account, container, object, memcached };
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => resolve(true));
    socket.on('error', () => resolve(false)).on('connect', () => socket.destroy());
  });
}
