import { resolve } from 'node:path';
import { ROLE, readPassword, readPort } from './cluster-files.js';
import { EmbeddedDatabaseError } from './embedded-database.errors.js';
import { openHome } from './home-folder.js';

/**
 * Where the embedded database of another process is, for a command beside the running server.
 * @throws EmbeddedDatabaseError when this user may not read its password, or it has never started.
 */
export function runningUrl(options: { readonly dataDir: string; readonly isDataDirExplicit: boolean }): string {
  const home = openHome({ ...options, dataDir: resolve(options.dataDir) });
  const port = readPort(home);
  if (port === null) throw new EmbeddedDatabaseError(`The embedded database in ${home.folder} has not started yet`);
  return `postgres://${ROLE}:${readPassword(home)}@127.0.0.1:${port}/${ROLE}`;
}
