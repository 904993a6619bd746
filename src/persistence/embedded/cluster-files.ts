import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { EmbeddedDatabaseError } from './embedded-database.errors.js';
import type { Home } from './home-folder.js';
import type { ServerAccount } from './server-account.js';

const PASSWORD_BYTES = 24;
const DRAFT_PREFIX = 'cluster-draft-';

/** Name of the one role and of its database. */
export const ROLE = 'ede';

/**
 * Makes the cluster when there is none: UTF-8, SCRAM, one role with a random password.
 * @returns the role's password.
 * @throws EmbeddedDatabaseError when the cluster cannot be made, or was made by another major version.
 */
export async function prepareCluster(home: Home, binaries: Binaries, isDurable: boolean): Promise<string> {
  const passwordFile = passwordFileOf(home);
  if (existsSync(home.cluster)) {
    checkVersion(home, binaries);
    return readPassword(home);
  }
  removeDrafts(home.folder);
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  writePrivate(passwordFile, password, home.account);
  await initialize(home, binaries, { passwordFile, isDurable });
  return password;
}

/** The port of the last start, so that it stays the same as long as it is free. */
export function readPort(home: Home): number | null {
  try {
    return Number(readFileSync(join(home.folder, 'port'), 'utf8')) || null;
  } catch {
    return null;
  }
}

export function writePort(home: Home, port: number): void {
  writeFileSync(join(home.folder, 'port'), String(port));
}

function checkVersion(home: Home, binaries: Binaries): void {
  let version: string;
  try {
    version = readFileSync(join(home.cluster, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    throw new EmbeddedDatabaseError(`${home.cluster} cannot be read by this user, or is not a PostgreSQL cluster`, {
      cause: error,
    });
  }
  if (version !== binaries.major)
    throw new EmbeddedDatabaseError(
      `${home.cluster} was made by PostgreSQL ${version} and cannot be used by ${binaries.major}: ` +
        `install the former version of this application, move the data, or set DATABASE_URL`,
    );
}

function passwordFileOf(home: Home): string {
  return join(home.folder, 'password');
}

/** @throws EmbeddedDatabaseError when it is missing or not for this user to read. */
export function readPassword(home: Home): string {
  const file = passwordFileOf(home);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new EmbeddedDatabaseError(`The password of the embedded database is missing or not readable: ${file}`, {
      cause: error,
    });
  }
}

function writePrivate(file: string, text: string, account: ServerAccount): void {
  rmSync(file, { force: true });
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  if (account.ids !== null) chownSync(file, account.ids.uid, account.ids.gid);
}

/** In a draft folder that gets its name when it is whole: an interrupted start leaves no half cluster behind. */
async function initialize(
  home: Home,
  binaries: Binaries,
  options: { passwordFile: string; isDurable: boolean },
): Promise<void> {
  const draft = mkdtempSync(join(home.folder, DRAFT_PREFIX));
  chmodSync(draft, 0o700);
  if (home.account.ids !== null) chownSync(draft, home.account.ids.uid, home.account.ids.gid);
  const failure = await runInitdb(home.account, binaries.initdb, [
    `--pgdata=${draft}`,
    `--username=${ROLE}`,
    `--pwfile=${options.passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The builtin provider knows Unicode and does not depend on the system's locales.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(options.isDurable ? [] : ['--no-sync']),
  ]);
  if (failure !== null) {
    rmSync(draft, { recursive: true, force: true });
    throw new EmbeddedDatabaseError(`The database cluster could not be made in ${home.folder}: ${failure}`);
  }
  renameSync(draft, home.cluster);
}

/** @returns the last line that it wrote when it failed, else `null`. */
function runInitdb(account: ServerAccount, program: string, args: string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...account.ids,
      cwd: '/',
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? null : lastLine(output) || `initdb ended with ${code}`));
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function removeDrafts(folder: string): void {
  for (const entry of readdirSync(folder))
    if (entry.startsWith(DRAFT_PREFIX)) rmSync(join(folder, entry), { recursive: true, force: true });
}
