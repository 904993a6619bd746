import type { Settings } from '../core/config/index.js';
import { DatabaseHost } from './database-host.js';
import { DataDirectoryInUseError, runningUrl } from './embedded/index.js';

/**
 * Gives a command the database, beside a running server or without one: an embedded database that nobody runs is
 * started for as long as the work takes.
 */
export async function withCommandDatabase<T>(settings: Settings, work: (url: string) => Promise<T>): Promise<T> {
  let host: DatabaseHost;
  try {
    host = await DatabaseHost.open(settings);
  } catch (error) {
    if (error instanceof DataDirectoryInUseError && !error.isElsewhere) return work(runningUrl(settings));
    throw error;
  }
  try {
    return await work(host.url);
  } finally {
    await host.close();
  }
}
