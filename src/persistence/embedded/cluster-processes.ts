import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedDatabaseError } from './embedded-database.errors.js';
import { isPidInUse } from './process-identity.js';

const POLL_MS = 25;
/** What is asked of the postmaster, and how long we wait for it: end sessions, end at once, be ended. */
const ESCALATION: readonly { readonly signal: NodeJS.Signals; readonly waitMs: number }[] = [
  { signal: 'SIGINT', waitMs: 10_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

/**
 * Ends whatever still runs in a cluster that has no owner: a postmaster that outlived it, or backends that outlived
 * their postmaster. The caller must hold the owner file.
 * @returns whether anything was running.
 * @throws EmbeddedDatabaseError when it cannot be ended.
 */
export async function endLeftovers(cluster: string): Promise<boolean> {
  const found = processesIn(cluster);
  if (found.length === 0) {
    removeForeignPidFile(cluster);
    return false;
  }
  for (const { signal, waitMs } of ESCALATION) {
    send(signal, signal === 'SIGKILL' ? processesIn(cluster) : targetsOf(cluster));
    if (await areGone(cluster, waitMs)) return true;
  }
  throw new EmbeddedDatabaseError(
    `Process ${processesIn(cluster).join(', ')} of an earlier run still uses ${cluster} and does not end: stop it by hand`,
  );
}

/** Ids of the processes that serve this cluster. */
function processesIn(cluster: string): number[] {
  const folder = realpathSync(cluster);
  if (process.platform === 'linux') return pidsFromProc(folder);
  return process.platform === 'win32' ? [] : pidsFromPs(folder);
}

/** Every PostgreSQL process has the cluster as its working directory. */
function pidsFromProc(folder: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => workingDirectoryOf(pid) === folder)
    .map(Number);
}

function workingDirectoryOf(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null; // ended meanwhile, or of another user
  }
}

function pidsFromPs(folder: string): number[] {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((line) => line.includes(`-D ${folder} `))
    .map((line) => Number.parseInt(line, 10));
}

/** The postmaster ends its backends in order; without it they are asked one by one. */
function targetsOf(cluster: string): number[] {
  const found = processesIn(cluster);
  const postmaster = pidInFile(cluster);
  return postmaster !== null && found.includes(postmaster) ? [postmaster] : found;
}

function send(signal: NodeJS.Signals, pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // Ended meanwhile, or not ours: the wait that follows tells.
    }
  }
}

async function areGone(cluster: string, waitMs: number): Promise<boolean> {
  const deadline = Date.now() + waitMs;
  while (processesIn(cluster).length > 0) {
    if (Date.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/**
 * After a restart of the machine or container another program may have the pid that the file names. PostgreSQL would
 * take it for a running server; nobody works in the cluster, so the file is void. Any other file is left to PostgreSQL.
 */
function removeForeignPidFile(cluster: string): void {
  if (process.platform !== 'linux') return;
  const pid = pidInFile(cluster);
  if (pid !== null && isPidInUse(pid)) rmSync(join(cluster, 'postmaster.pid'), { force: true });
}

function pidInFile(cluster: string): number | null {
  try {
    return Number.parseInt(readFileSync(join(cluster, 'postmaster.pid'), 'utf8'), 10) || null;
  } catch {
    return null;
  }
}
