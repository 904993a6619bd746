import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

const START_TIME_FIELD = 19; // the 22nd of /proc/<pid>/stat, counted behind the name

/** One run of a process. A pid alone is not enough: it is given again after its process has ended. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in whatever form the system tells it; `null` where it cannot be told. */
  readonly startedAt: string | null;
}

/** No process at all. */
export const NOBODY: ProcessIdentity = { pid: 0, startedAt: null };

/** Who this process is. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startedAt: startTimeOf(process.pid) };
}

/** Where the pids that this process sees count: a container has a place of its own. `null` where there is only one. */
export function pidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}

/** Whether that very run is still going on. */
export function isRunning(identity: ProcessIdentity): boolean {
  if (!isPidInUse(identity.pid)) return false;
  const startedAt = startTimeOf(identity.pid);
  if (startedAt === null && process.platform !== 'win32') return false;
  return startedAt === identity.startedAt;
}

/** Whether any process has this pid. */
export function isPidInUse(pid: number): boolean {
  if (!(pid > 0)) return false; // for the system these mean groups of processes
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function startTimeOf(pid: number): string | null {
  if (process.platform === 'linux') return startTimeFromProc(pid);
  if (process.platform === 'win32') return null;
  const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() || null;
}

/** Ticks since boot, told apart between boots; a zombie counts as ended. */
function startTimeFromProc(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return `${bootId()}:${fields[START_TIME_FIELD]}`;
  } catch {
    return null;
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
