import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ensureBuilt } from '../processes/server-process.js';

beforeAll(ensureBuilt);

const home = mkdtempSync(join(tmpdir(), 'ede-process-'));
const databases: TestDatabase[] = [];
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  for (const database of databases.splice(0)) await database.drop();
  rmSync(home, { recursive: true, force: true });
});

class Server {
  stdout = '';
  stderr = '';
  readonly exit: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(env: Record<string, string>) {
    const base = { PATH: process.env['PATH'] ?? '', PORT: '0', EDE_DATA_DIR: join(home, 'data') };
    this.child = spawn(process.execPath, ['dist/src/main.js'], { env: { ...base, ...env }, stdio: 'pipe' });
    children.push(this.child);
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exit = once(this.child, 'close').then(([code]) => code as number | null);
  }

  static async onDatabase(env: Record<string, string> = {}): Promise<Server> {
    const database = await createTestDatabase();
    databases.push(database);
    return new Server({ DATABASE_URL: database.url, ...env });
  }

  /** @returns the port, once the server says that it is ready. */
  async ready(): Promise<number> {
    return Number(await this.printed(/^Ready: http:\/\/localhost:(\d+)$/m));
  }

  /** Waits for a text on standard output. @returns its first group. @throws Error when the process ends without it. */
  async printed(text: RegExp): Promise<string> {
    const isOver = this.exit.then(() => true);
    for (;;) {
      const found = text.exec(this.stdout);
      if (found) return found[1] ?? found[0];
      const chunk = once(this.child.stdout as NodeJS.EventEmitter, 'data').then(() => false);
      if (await Promise.race([chunk, isOver])) throw new Error(`It ended: ${this.stdout}${this.stderr}`);
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

describe('a start', () => {
  it('says where the server is, and how to set it up while there is no user', async () => {
    const server = await Server.onDatabase();
    const port = await server.ready();
    await server.printed(new RegExp(`http://localhost:${port}/setup#token=\\S+`));
    await server.printed(/curl -X POST http:\/\/localhost:\d+\/api\/setup/);
    expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
  });

  it('names a busy port in one line, and ends with 1', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const server = await Server.onDatabase({ PORT: String(port) });
    expect(await server.exit).toBe(1);
    expect(server.stderr).toBe(
      `Port ${port} on 127.0.0.1 is in use: stop the program that holds it, or set PORT to another one\n`,
    );
    holder.close();
  });

  it('names every bad setting, without values, and ends with 1', async () => {
    const server = new Server({ PORT: 'http', EDE_MASTER_KEY: 'hunter2', DATABASE_URL: 'hunter2' });
    expect(await server.exit).toBe(1);
    expect(server.stderr.trim().split('\n')).toHaveLength(4);
    expect(server.stderr).not.toContain('hunter2');
    expect(server.stdout).toBe('');
  });

  it('names a database that cannot be used in one line, and ends with 1', async () => {
    const database = await createTestDatabase();
    databases.push(database);
    const url = new URL(database.url);
    url.pathname = '/there_is_no_such_database';
    const server = new Server({ DATABASE_URL: url.href });
    expect(await server.exit).toBe(1);
    expect(server.stderr).toMatch(/^The start failed: .*there_is_no_such_database.*\n$/);
  });
});

it('logs an unhandled error, and ends with 1', async () => {
  const fault = 'process.on("SIGUSR2", () => { throw new Error("boom"); })';
  const server = await Server.onDatabase({
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}`,
  });
  await server.ready();
  server.signal('SIGUSR2');
  expect(await server.exit).toBe(1);
  const line = server.stdout.split('\n').find((text) => text.includes('"level":"fatal"')) ?? '{}';
  expect(JSON.parse(line)).toMatchObject({ msg: 'Unhandled error', err: { message: 'boom' } });
});

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('lets an accepted request finish, takes no new connection, and ends with 0', async () => {
    const server = await Server.onDatabase();
    const port = await server.ready();
    const agent = new Agent({ keepAlive: true });
    const body = JSON.stringify({ email: 'a@example.com', password: 'x' });
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const slow = request({ port, host: '127.0.0.1', path: '/api/auth/login', method: 'POST', headers, agent });
    slow.write(body.slice(0, 5));
    await once(slow, 'socket').then(async ([socket]) => {
      if ((socket as { connecting: boolean }).connecting) await once(socket as NodeJS.EventEmitter, 'connect');
    });
    // The head has arrived when another request that was sent later has its answer.
    await fetch(`http://127.0.0.1:${port}/health/live`);
    server.signal(signal);
    server.signal(signal);
    while (
      (await fetch(`http://127.0.0.1:${port}/health/live`, { headers: { connection: 'close' } }).catch(() => null)) !==
      null
    );
    slow.end(body.slice(5));
    const [answer] = (await once(slow, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(401);
    expect(answer.headers.connection).toBe('close');
    answer.resume();
    expect(await server.exit).toBe(0);
    expect(server.stderr).toBe('');
  });
});
