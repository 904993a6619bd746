import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataDirectoryInUseError } from './embedded-database.errors.js';
import { NOBODY, type ProcessIdentity, isRunning, ownIdentity } from './process-identity.js';

/**
 * Says which process holds a home folder, so that a second one does not stop a database that is in use, and a
 * postmaster that outlived its owner is not taken for a used one.
 */
export class OwnerFile {
  private constructor(
    private readonly path: string,
    private readonly owner: ProcessIdentity,
  ) {}

  /**
   * Takes the home folder for this process, also from an owner that has ended.
   * @throws DataDirectoryInUseError when its owner lives.
   */
  static acquire(home: string): OwnerFile {
    const path = join(home, 'owner.json');
    const owner = ownIdentity();
    while (!createWhole(path, owner)) replaceDead(path, home);
    return new OwnerFile(path, owner);
  }

  /** Gives the home folder up; harmless when another process has it by now. */
  release(): void {
    if (read(this.path)?.pid === this.owner.pid) rmSync(this.path, { force: true });
  }
}

/** Removes the file of an owner that has ended. A guard file lets one process at a time do that. */
function replaceDead(path: string, home: string): void {
  const guard = `${path}.takeover`;
  if (!createWhole(guard, ownIdentity())) {
    const taker = read(guard);
    if (taker !== null && isRunning(taker)) throw new DataDirectoryInUseError(home, taker.pid);
    rmSync(guard, { force: true });
    return;
  }
  try {
    const owner = read(path);
    if (owner === null) return; // gone meanwhile
    if (isRunning(owner)) throw new DataDirectoryInUseError(home, owner.pid);
    rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

/** Creates the file with its content in one step: a reader never sees it empty. @returns `false` when it exists. */
function createWhole(path: string, identity: ProcessIdentity): boolean {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(identity), { mode: 0o600 });
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
function read(path: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : NOBODY;
  }
}
