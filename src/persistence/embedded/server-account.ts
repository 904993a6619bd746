import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { EmbeddedDatabaseError } from './embedded-database.errors.js';

const ROOT = 0;
const PREFERRED = ['postgres', 'nobody'];

/** The user that the server runs as: our own, unless we are root, which PostgreSQL refuses. */
export interface ServerAccount {
  readonly name: string;
  /** Set only when it is another user than ours. */
  readonly ids: { readonly uid: number; readonly gid: number } | null;
}

/**
 * @param cluster an existing cluster stays with its owner; it may be missing.
 * @throws EmbeddedDatabaseError when we are root and there is no user to run as.
 */
export function serverAccount(cluster: string): ServerAccount {
  if (process.getuid?.() !== ROOT) return { name: 'yours', ids: null };
  const users = unprivilegedUsers();
  const owner = ownerOf(cluster);
  const found =
    users.find((user) => user.uid === owner) ??
    PREFERRED.map((name) => users.find((user) => user.name === name)).find((user) => user !== undefined);
  if (found === undefined)
    throw new EmbeddedDatabaseError(
      'PostgreSQL refuses to run as root and there is no user postgres or nobody: start as another user or set DATABASE_URL',
    );
  return { name: found.name, ids: { uid: found.uid, gid: found.gid } };
}

/** Whether the account may enter a folder; the kernel decides, so parents, groups and access lists count. */
export function canEnter(account: ServerAccount, folder: string): boolean {
  if (account.ids === null) return true;
  const { status } = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], {
    ...account.ids,
    cwd: '/',
    stdio: 'ignore',
  });
  return status === 0;
}

interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** initdb looks its user up by id, so only users that are listed will do. */
function unprivilegedUsers(): User[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter((user) => user.name !== '' && user.uid > ROOT);
}

function ownerOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.uid ?? null;
}
