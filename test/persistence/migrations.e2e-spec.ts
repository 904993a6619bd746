import { afterEach, describe, expect, it } from '@jest/globals';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.js';
import { migrateDatabase } from '../../src/persistence/migrate.js';
import { loadMigrations } from '../../src/persistence/migration-files.js';

describe('Migrations', () => {
  let database: TestDatabase | undefined;
  afterEach(async () => database?.drop());

  it('run once, whoever of several processes comes first', async () => {
    const fresh = (database = await createEmptyDatabase());

    const runs = await Promise.all([1, 2, 3].map(() => migrateDatabase(fresh.url)));

    const expected = (await loadMigrations()).map((migration) => migration.name);
    expect(runs.flat().sort()).toEqual([...expected].sort());
  });

  it('leave nothing to do for a copy of the template', async () => {
    database = await createTestDatabase();

    expect(await migrateDatabase(database.url)).toEqual([]);
  });
});
