import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DataDirectoryInUseError } from './embedded-database.errors.js';
import { OwnerSocket, isListening, removeDeadSockets } from './owner-socket.js';
import { NOBODY, type ProcessIdentity, isRunning, ownIdentity, pidNamespace } from './process-identity.js';

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
   * Takes the home folder for this process, also from an owner that has ended.
   * @throws DataDirectoryInUseError when its owner lives.
   */
  static async acquire(home: string): Promise<OwnerFile> {
    const path = join(home, 'owner.json');
    const socket = await OwnerSocket.listen(home);
    const owner: Owner = { ...ownIdentity(), pidNamespace: pidNamespace(), socket: socket?.name ?? null };
    try {
      while (!createWhole(path, owner)) await replaceDead(path, home, owner);
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
    if (isDeepStrictEqual(read(this.path), this.owner)) rmSync(this.path, { force: true });
    await this.socket?.close();
  }
}

/** Removes the file of an owner that has ended. A guard file lets one process at a time do that. */
async function replaceDead(path: string, home: string, own: Owner): Promise<void> {
  const guard = `${path}.takeover`;
  if (!createWhole(guard, own)) {
    const taker = read(guard);
    if (taker !== null) await assertEnded(taker, home, own);
    rmSync(guard, { force: true });
    return;
  }
  try {
    const owner = read(path);
    if (owner === null) return; // gone meanwhile
    await assertEnded(owner, home, own);
    rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

/** @throws DataDirectoryInUseError */
async function assertEnded(owner: Owner, home: string, own: Owner): Promise<void> {
  const isElsewhere = owner.pidNamespace !== undefined && owner.pidNamespace !== own.pidNamespace;
  const isAlive = isElsewhere ? owner.socket && (await isListening(home, owner.socket)) : isRunning(owner);
  if (isAlive) throw new DataDirectoryInUseError(home, owner.pid, isElsewhere);
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
