import { DataSource, type EntitySchema } from 'typeorm';
import { dataSourceOptions } from '../../src/persistence/data-source-options.js';

export type Entity = EntitySchema | (new () => object);

/**
 * What TypeORM would have to do so that the migrated database holds what the entities say; empty when they agree.
 * Foreign keys, checks, unique constraints and indexes stand in the migrations only, so their removal is not counted:
 * exactly those statements, for exactly those that exist.
 */
export async function schemaDrift(url: string, entities: Entity[]): Promise<string[]> {
  const dataSource = await new DataSource({ ...dataSourceOptions({ url }), entities }).initialize();
  try {
    const expected = await removalsOfMigrationOnly(dataSource);
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query).filter((query) => !expected.has(query));
  } finally {
    await dataSource.destroy();
  }
}

async function removalsOfMigrationOnly(dataSource: DataSource): Promise<Set<string>> {
  const rows: { sql: string }[] = await dataSource.query(`
    SELECT format('ALTER TABLE "%s" DROP CONSTRAINT "%s"', class.relname, con.conname) AS sql
      FROM pg_constraint con JOIN pg_class class ON class.oid = con.conrelid
      WHERE con.contype IN ('f', 'c', 'u') AND con.connamespace = 'public'::regnamespace
    UNION ALL
    SELECT format('DROP INDEX "public"."%s"', indexname) FROM pg_indexes WHERE schemaname = 'public'`);
  return new Set(rows.map((row) => row.sql));
}
