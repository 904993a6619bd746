import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The first user of each fleet: instance admin, and admin of the one organization. */
export const ADMIN = { email: 'admin@example.com', password: 'correct horse battery staple' };

export interface JsonAnswer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body;
}

/** Sends one request in the session. */
export type Send = <Body = Record<string, unknown>>(
  method: string,
  path: string,
  body?: object,
) => Promise<JsonAnswer<Body>>;

/** A signed-in caller. */
export interface Session {
  readonly send: Send;
  readonly cookie: string;
}

/** Compiles the sources to `dist` when they changed: these tests run what is shipped. */
export function ensureBuilt(): void {
  const { status, stderr } = spawnSync(process.execPath, ['tools/build.mjs', '--server'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  if (status !== 0) throw new Error(`The build failed:\n${stderr}`);
}

/** Servers on one database, with one master key and one first admin. */
export class Fleet {
  private readonly home = mkdtempSync(join(tmpdir(), 'ede-fleet-'));
  private readonly masterKey = randomBytes(32).toString('base64');
  private readonly running = new Set<ServerProcess>();

  constructor(
    readonly databaseUrl: string,
    private readonly env: Readonly<Record<string, string>> = {},
    /** The project whose built server is run. */
    private readonly root = ROOT,
  ) {}

  /** Starts one more server and waits until it is ready. */
  async start(): Promise<ServerProcess> {
    const server = await ServerProcess.start(this.root, {
      PORT: '0',
      EDE_LOG_LEVEL: 'warn',
      DATABASE_URL: this.databaseUrl,
      EDE_DATA_DIR: join(this.home, 'data'),
      EDE_MASTER_KEY: this.masterKey,
      EDE_ADMIN_EMAIL: ADMIN.email,
      EDE_ADMIN_PASSWORD: ADMIN.password,
      ...this.env,
    });
    this.running.add(server);
    return server;
  }

  /** Kills what still runs and removes its files. */
  async close(): Promise<void> {
    for (const server of this.running) await server.kill();
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** A built server in a process of its own. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    private readonly ended: Promise<void>,
    private readonly lines: readonly string[],
  ) {}

  static async start(root: string, env: Readonly<Record<string, string>>): Promise<ServerProcess> {
    const child = spawn(process.execPath, ['dist/src/main.js'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], ...env },
    });
    const output: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        output.push(`${line}\n`);
        const ready = /^Ready: (\S+)/.exec(line);
        if (ready?.[1] !== undefined) resolve(ready[1].replace('localhost', '127.0.0.1'));
      });
      void ended.then(() => reject(new Error(`The server did not start:\n${output.join('')}`)));
    });
    return new ServerProcess(child, url, ended, output);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** All that it has written so far, to either stream. */
  get output(): string {
    return this.lines.join('');
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Leaves what it writes to standard output in the pipe. */
  stopReading(): void {
    this.child.stdout?.pause();
  }

  readOn(): void {
    this.child.stdout?.resume();
  }

  /** Asks it to end, as a service manager does. @returns its exit code; `null` when a signal ended it. */
  async terminate(): Promise<number | null> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
    this.child.stdout?.resume(); // what it wrote last is still to be read
    await this.ended;
    return this.child.exitCode;
  }

  /** Ends it as a crash or the kernel would. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** Signs a user in, the first admin unless said otherwise. */
  async signIn(user: { readonly email: string; readonly password: string } = ADMIN): Promise<Session> {
    const answer = await fetch(`${this.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(user),
    });
    if (answer.status !== 200) throw new Error(`Sign-in answered ${answer.status}: ${await answer.text()}`);
    const cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    return { cookie, send: (method, path, body) => this.send(method, path, body, cookie) };
  }

  private async send<Body>(
    method: string,
    path: string,
    body: object | undefined,
    cookie: string,
  ): Promise<JsonAnswer<Body>> {
    const headers = { cookie, ...(body !== undefined && { 'content-type': 'application/json' }) };
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Body };
  }
}
