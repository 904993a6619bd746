import type { Settings } from '../core/config/index.js';
import { DatabaseHost } from './database-host.js';
import { DataDirectoryInUseError, runningUrl } from './embedded/index.js';
import { isMigrated } from './migrate.js';

/** Its message is for the console. */
class NotMigratedError extends Error {
  constructor() {
    super('The database is empty, or older than this code: run npm start first');
  }
}

/**
 * Gives a command the database, beside a running server or without one: an embedded database that nobody runs is
 * started for as long as the work takes.
 * @throws NotMigratedError before the work; migrating is the server's, since an older one may be running.
 */
export async function withCommandDatabase<T>(settings: Settings, work: (url: string) => Promise<T>): Promise<T> {
  let host: DatabaseHost;
  try {
    host = await DatabaseHost.open(settings);
  } catch (error) {
    if (error instanceof DataDirectoryInUseError && !error.isElsewhere) return workOn(runningUrl(settings), work);
    throw error;
  }
  try {
    return await workOn(host.url, work);
  } finally {
    await host.close();
  }
}

async function workOn<T>(url: string, work: (url: string) => Promise<T>): Promise<T> {
  if (!(await isMigrated(url))) throw new NotMigratedError();
  return work(url);
}
