import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { sqlStateOf } from '../database-unavailable.js';
import { EmbeddedDatabaseError } from './embedded-database.errors.js';
import type { ServerAccount } from './server-account.js';
import { type ServerLog, forwardOutput } from './server-log.js';

const POLL_MS = 25;
const CONNECT_TIMEOUT_MS = 2_000;
/** Recovery after a crash reads the write-ahead log again, which may take a while. */
const READY_TIMEOUT_MS = 120_000;
const INVALID_PASSWORD = '28P01';
/** Fast shutdown, immediate shutdown, and what nothing survives; together below the time that a stop may take. */
const STOP_STEPS: readonly { readonly signal: NodeJS.Signals; readonly waitMs: number }[] = [
  { signal: 'SIGINT', waitMs: 6_000 },
  { signal: 'SIGQUIT', waitMs: 3_000 },
  { signal: 'SIGKILL', waitMs: 1_000 },
];

export interface PostmasterOptions {
  readonly program: string;
  readonly cluster: string;
  readonly account: ServerAccount;
  /** What shows to others that the home folder is in use; the server keeps it open. */
  readonly ownerFd: number | null;
  readonly port: number;
  readonly isDurable: boolean;
  readonly maxConnections: number;
  /** Any database of the cluster, to see when it answers. */
  readonly url: string;
  readonly log: ServerLog;
}

/** One run of the server process. */
export class Postmaster {
  /** Resolves when the process has ended, with how. */
  readonly ended: Promise<string>;
  private hasEnded = false;
  private isStopping = false;
  /** The last line that it wrote: why it did not start. */
  private lastLine = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly options: PostmasterOptions,
  ) {
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(signal ?? `code ${code}`));
    });
    process.once('exit', this.abandon);
    void this.ended.then(() => {
      this.hasEnded = true;
      process.removeListener('exit', this.abandon);
    });
    for (const output of [child.stdout, child.stderr]) if (output) forwardOutput(output, this.keepLast);
  }

  /**
   * Starts the server and waits until it answers.
   * @throws EmbeddedDatabaseError when it ends before, or does not answer in two minutes.
   */
  static async start(options: PostmasterOptions): Promise<Postmaster> {
    const child = spawn(options.program, argumentsOf(options), {
      ...options.account.ids,
      cwd: '/',
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe', ...(options.ownerFd === null ? [] : [options.ownerFd])],
      // A session of its own: a stop signal for our whole process group must not end it while requests still need it.
      detached: true,
    });
    const postmaster = new Postmaster(child, options);
    try {
      await postmaster.waitUntilReady();
    } catch (error) {
      await postmaster.stop();
      throw error;
    }
    return postmaster;
  }

  /** Ends sessions and the server, harder when it takes too long. Resolves when it has ended. */
  async stop(): Promise<void> {
    this.isStopping = true;
    for (const { signal, waitMs } of STOP_STEPS) {
      if (this.hasEnded) return;
      this.child.kill(signal);
      const timer = new AbortController();
      await Promise.race([this.ended, sleep(waitMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
      timer.abort();
    }
  }

  /** A process that exits without a stop cannot wait any more, only ask for a fast shutdown. */
  private readonly abandon = (): void => void this.child.kill('SIGINT');

  private readonly keepLast: ServerLog = (level, message) => {
    if (level !== 'debug' || this.lastLine === '') this.lastLine = message;
    // Each open session says that it is ended; only when nobody asked for that is it of interest.
    this.options.log(this.isStopping && level === 'warn' ? 'debug' : level, message);
  };

  private async waitUntilReady(): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (!(await this.answers())) {
      if (this.hasEnded)
        throw new EmbeddedDatabaseError(`The embedded database did not start: ${this.lastLine || (await this.ended)}`);
      if (Date.now() > deadline) throw new EmbeddedDatabaseError('The embedded database does not answer');
      await sleep(POLL_MS);
    }
  }

  private async answers(): Promise<boolean> {
    const client = new Client({ connectionString: this.options.url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch (error) {
      if (sqlStateOf(error) === INVALID_PASSWORD)
        throw new EmbeddedDatabaseError(`The stored password does not fit the cluster in ${this.options.cluster}`);
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

function argumentsOf(options: PostmasterOptions): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: options.port,
    unix_socket_directories: '',
    max_connections: options.maxConnections,
    timezone: 'UTC',
    // Statements, their parameters and the details of their errors hold what must not be in a log.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    log_line_prefix: '',
    ...(options.isDurable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return ['-D', options.cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
