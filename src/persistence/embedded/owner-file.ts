import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DataDirectoryInUseError } from './embedded-database.errors.js';
import { OwnerSocket, isListening, removeDeadSockets } from './owner-socket.js';
import { NOBODY, type ProcessIdentity, isRunning, ownIdentity, pidNamespace } from './process-identity.js';
import type { ServerLog } from './server-log.js';

/** A process that holds a home folder, or is about to. */
interface Owner extends ProcessIdentity {
  /** Where its pid counts; `null` where there is one place only. Files of earlier versions have none. */
  readonly pidNamespace?: string | null;
  /** Name of the socket file on which it listens, where it can. */
  readonly socket?: string | null;
}

/**
 * Says which process holds a home folder, so that a second one does not stop a database that is in use, and a
 * postmaster that outlived its owner is not taken for a used one. In the owner's own pid namespace its pid tells whether
 * it lives; from any other, say another container on the same volume, its socket does.
 */
export class OwnerFile {
  private constructor(
    private readonly path: string,
    private readonly owner: Owner,
    private readonly socket: OwnerSocket | null,
  ) {}

  /**
   * Takes the home folder for this process, also from an owner that has ended, or of whom nothing can be known: the log
   * says so then.
   * @throws DataDirectoryInUseError when its owner lives.
   */
  static async acquire(home: string, log: ServerLog): Promise<OwnerFile> {
    const path = join(home, 'owner.json');
    const socket = await OwnerSocket.listen(home);
    const owner: Owner = { ...ownIdentity(), pidNamespace: pidNamespace(), socket: socket?.name ?? null };
    try {
      while (!createWhole(path, owner)) await replaceDead(path, owner, (other) => assertEnded(other, home, owner, log));
    } catch (error) {
      await socket?.close();
      throw error;
    }
    await removeDeadSockets(home);
    return new OwnerFile(path, owner, socket);
  }

  /**
   * For the database server: as long as it has this open, nobody in another pid namespace, who could not see it, takes
   * the home folder.
   */
  get fd(): number | null {
    return this.socket?.fd ?? null;
  }

  /** Gives the home folder up; harmless when another process has it by now. */
  async release(): Promise<void> {
    removeOf(this.path, this.owner);
    await this.socket?.close();
  }
}

/** Removes the file of an owner that has ended. A guard file lets one process at a time do that. */
async function replaceDead(path: string, own: Owner, judge: (owner: Owner) => Promise<void>): Promise<void> {
  const guard = `${path}.takeover`;
  if (!createWhole(guard, own)) {
    await removeJudged(guard, judge);
    return;
  }
  try {
    await removeJudged(path, judge);
  } finally {
    removeOf(guard, own);
  }
}

/** @param judge throws when the owner lives. It takes its time: the file may be another one's by then. */
async function removeJudged(path: string, judge: (owner: Owner) => Promise<void>): Promise<void> {
  const owner = read(path);
  if (owner === null) return; // gone meanwhile
  await judge(owner);
  removeOf(path, owner);
}

/** Removes the file only if it is that owner's. What another process put there just now goes back to its place. */
function removeOf(path: string, owner: Owner): void {
  if (!isDeepStrictEqual(read(path), owner)) return;
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    if (!isDeepStrictEqual(read(aside), owner)) linkSync(aside, path);
  } catch (error) {
    // Somebody else was faster, with the removal or with a file of his own.
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** @throws DataDirectoryInUseError */
async function assertEnded(owner: Owner, home: string, own: Owner, log: ServerLog): Promise<void> {
  const isElsewhere = owner.pidNamespace !== undefined && owner.pidNamespace !== own.pidNamespace;
  const isAlive = isElsewhere ? await isAliveElsewhere(owner, home, log) : isRunning(owner);
  if (isAlive) throw new DataDirectoryInUseError(home, owner.pid, isElsewhere);
}

async function isAliveElsewhere({ pid, socket }: Owner, home: string, log: ServerLog): Promise<boolean> {
  if (socket) return isListening(home, socket);
  log(
    'warn',
    `Nothing tells whether process ${pid} of another container still runs the embedded database in ${home}: it is taken to have ended`,
  );
  return false;
}

/** Creates the file with its content in one step: a reader never sees it empty. @returns `false` when it exists. */
function createWhole(path: string, owner: Owner): boolean {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(owner), { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** @returns `null` when there is no file; a file without sense belongs to nobody. */
function read(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : NOBODY;
  }
}
