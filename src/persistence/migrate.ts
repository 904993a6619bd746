import { DataSource, type QueryRunner } from 'typeorm';
import { dataSourceOptions } from './data-source-options.js';
import { loadMigrations } from './migration-files.js';

/** Any constant will do; it is the same in every process of this application. */
const LOCK_KEY = 7_310_224_115;

/**
 * Brings a database to the newest schema. Processes that start together wait for one another.
 * @returns names of the migrations that ran; empty when the schema was current.
 */
export async function migrateDatabase(url: string): Promise<string[]> {
  return withMigrations(url, (dataSource) =>
    underLock(dataSource, async () => {
      const applied = await dataSource.runMigrations({ transaction: 'each' });
      return applied.map((migration) => migration.name);
    }),
  );
}

/** @returns whether a database has every migration of this code; nothing is written to one that has none. */
export async function isMigrated(url: string): Promise<boolean> {
  return withMigrations(url, async (dataSource) => {
    const [table] = await dataSource.query<{ isThere: boolean }[]>(
      `SELECT to_regclass('migrations') IS NOT NULL AS "isThere"`,
    );
    return table?.isThere === true && !(await dataSource.showMigrations());
  });
}

async function withMigrations<T>(url: string, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const dataSource = new DataSource({
    ...dataSourceOptions({ url, hasTimeouts: false }),
    migrations: await loadMigrations(),
  });
  await dataSource.initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

async function underLock<T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> {
  const holder: QueryRunner = dataSource.createQueryRunner();
  try {
    await holder.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    return await work();
  } finally {
    // Not needed when the connection closes, but it does not close when the pool keeps it.
    if (!holder.isReleased) await holder.query('SELECT pg_advisory_unlock($1)', [LOCK_KEY]);
    await holder.release();
  }
}
