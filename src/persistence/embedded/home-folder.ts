import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EmbeddedDatabaseError } from './embedded-database.errors.js';
import { type ServerAccount, canEnter, serverAccount } from './server-account.js';

const STATE_ROOT = '/var/lib/ede-connectors';
const HASH_LENGTH = 16;
/** Others may pass through, to reach what is theirs below, but not list. */
const PASSABLE = 0o711;

/** The folder that holds cluster, password, port and owner file, with the account that runs the server there. */
export interface Home {
  readonly folder: string;
  readonly cluster: string;
  readonly account: ServerAccount;
  /** What an operator has to know when it is not where he expects it. */
  readonly note: string | null;
}

export interface HomeRequest {
  /** Absolute path. */
  readonly dataDir: string;
  /** Whether an operator named it: then there is no way around it. */
  readonly isDataDirExplicit: boolean;
  /** Where the folders of unreachable data directories go. */
  readonly stateRoot?: string;
}

/**
 * Chooses and creates the home folder: below the data directory, or, when the server's account cannot get there,
 * in a state folder that belongs to this data directory.
 * @throws EmbeddedDatabaseError when there is no usable place.
 */
export function openHome(request: HomeRequest): Home {
  const usual = homeAt(join(request.dataDir, 'postgres'));
  const away = homeAt(join(request.stateRoot ?? STATE_ROOT, hashOf(request.dataDir)));
  const isAway = !request.isDataDirExplicit && mustMove(usual, away);
  const home = isAway ? away : usual;
  if (!isAway && !canReach(usual)) throw unreachable(usual, request.dataDir);
  create(home);
  if (!isAway) return home;
  const note =
    `User ${home.account.name}, who runs the embedded database for root, cannot enter ${request.dataDir}: ` +
    `its cluster is in ${home.folder}`;
  return { ...home, note };
}

function homeAt(folder: string): Home {
  const cluster = join(folder, 'cluster');
  return { folder, cluster, account: serverAccount(cluster), note: null };
}

/** A cluster stays where it is, also when the other place becomes reachable later. */
function mustMove(usual: Home, away: Home): boolean {
  if (usual.account.ids === null || existsSync(usual.cluster)) return false;
  return existsSync(away.cluster) || !canReach(usual);
}

function canReach(home: Home): boolean {
  return canEnter(home.account, nearestExisting(home.folder));
}

function nearestExisting(folder: string): string {
  return existsSync(folder) ? folder : nearestExisting(dirname(folder));
}

function create(home: Home): void {
  try {
    makePassable(home.folder, home.account.ids === null ? 0o700 : PASSABLE);
    accessSync(home.folder, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new EmbeddedDatabaseError(
      `${home.folder} cannot be written: give this user the folder, name another with EDE_DATA_DIR, or set DATABASE_URL`,
      { cause: error },
    );
  }
}

function makePassable(folder: string, mode: number): void {
  if (existsSync(folder)) return;
  makePassable(dirname(folder), mode);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, mode); // not left to the umask, which may close it for the server's account
}

function unreachable(home: Home, dataDir: string): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    `User ${home.account.name}, who runs the embedded database for root, cannot enter ${dataDir}: let others pass through ` +
      `it and its parents (chmod o+x), name another folder with EDE_DATA_DIR, or set DATABASE_URL`,
  );
}

function hashOf(dataDir: string): string {
  return createHash('sha256').update(dataDir).digest('hex').slice(0, HASH_LENGTH);
}
