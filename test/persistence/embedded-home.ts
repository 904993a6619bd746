import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  EmbeddedDatabase,
  type EmbeddedDatabaseOptions,
  type ServerLog,
} from '../../src/persistence/embedded/index.js';

interface ChildRun {
  readonly process: ChildProcess;
  /** The URL, or what it wrote before it ended. */
  readonly says: string;
}

/** A data directory for one test, and all that was started in it. */
export class EmbeddedHome {
  readonly root: string;
  readonly dataDir: string;
  readonly log: string[] = [];
  private readonly started: EmbeddedDatabase[] = [];
  private readonly children: ChildProcess[] = [];

  constructor() {
    this.root = mkdtempSync(join(tmpdir(), 'ede-embedded-'));
    chmodSync(this.root, 0o711);
    this.dataDir = join(this.root, 'data');
  }

  async start(options: Partial<EmbeddedDatabaseOptions> = {}): Promise<EmbeddedDatabase> {
    const log: ServerLog = (level, message) => void this.log.push(`${level} ${message}`);
    const database = await EmbeddedDatabase.start({
      dataDir: this.dataDir,
      isDataDirExplicit: true,
      fsync: false,
      log,
      ...options,
    });
    this.started.push(database);
    return database;
  }

  /** Starts one in a process of its own, as another user where ids are given, or behind another command. */
  async startChild(ids: { uid?: number; gid?: number } = {}, behind: readonly string[] = []): Promise<ChildRun> {
    const [loader, program] = ['../support/typescript-loader.mjs', './embedded-child.ts'].map((name) =>
      fileURLToPath(new URL(name, import.meta.url)),
    );
    if (ids.uid !== undefined && ids.gid !== undefined) chownSync(this.root, ids.uid, ids.gid);
    const command = [...behind, process.execPath, '--import', loader ?? '', program ?? '', this.dataDir];
    const child = spawn(command[0] ?? '', command.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '' },
      ...ids,
    });
    this.children.push(child);
    const outputs = [child.stdout, child.stderr];
    const says = await new Promise<string>((resolve) => {
      for (const input of outputs) createInterface({ input }).once('line', resolve);
    });
    return { process: child, says };
  }

  /** Process id of the postmaster. */
  get postmaster(): number {
    return Number.parseInt(readFileSync(join(this.dataDir, 'postgres/cluster/postmaster.pid'), 'utf8'), 10);
  }

  async remove(): Promise<void> {
    for (const database of this.started) await database.stop();
    for (const child of this.children) await stop(child);
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Repeats until it does not throw; Jest's own limit ends a wait that is in vain. */
export async function eventually<T>(work: () => Promise<T> | T): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await sleep(20);
    }
  }
}

/** Whether a process goes on; one that has ended may stay listed as a zombie where nobody collects it. */
export function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout !== '' && !stdout.startsWith('Z');
}

export async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  // What runs in a namespace ends with the command in front of it, which hears nothing else.
  child.kill(child.spawnfile === process.execPath ? 'SIGTERM' : 'SIGKILL');
  await ended;
}
