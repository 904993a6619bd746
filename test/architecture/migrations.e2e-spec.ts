import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { type TestDatabase, createEmptyDatabase, createTestDatabase } from '../support/database.js';
import { query } from '../support/query.js';
import { type Entity, schemaDrift } from '../support/schema-drift.js';

const sources = fileURLToPath(new URL('../../src/', import.meta.url));

async function allEntities(): Promise<Entity[]> {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.entity\.ts$/.test(file),
  );
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(join(sources, file)).href)));
  return modules
    .flatMap((exported) => Object.values(exported as Record<string, unknown>))
    .filter((value): value is new () => object => typeof value === 'function');
}

describe('Migrated schema', () => {
  let database: TestDatabase;

  afterEach(async () => database.drop());

  it('is what the entities say', async () => {
    database = await createTestDatabase();
    const entities = await allEntities();

    expect(entities.length).toBeGreaterThan(10);
    expect(await schemaDrift(database.url, entities)).toEqual([]);
  });

  describe('check', () => {
    beforeEach(async () => {
      database = await createEmptyDatabase();
      await query(
        database.url,
        `CREATE TABLE parent (id uuid PRIMARY KEY);
         CREATE TABLE item (id uuid PRIMARY KEY REFERENCES parent (id), name varchar(9) NOT NULL UNIQUE CHECK (name <> ''));
         CREATE UNIQUE INDEX item_lower ON item (lower(name)) WHERE name <> 'a'`,
      );
    });

    const id: EntitySchemaColumnOptions = { type: 'uuid', primary: true };
    const name: EntitySchemaColumnOptions = { type: 'varchar', length: 9 };
    const item = (columns: Record<string, EntitySchemaColumnOptions>): Entity =>
      new EntitySchema({ name: 'item', columns });

    it('accepts keys, checks and indexes that only the migrations know', async () => {
      expect(await schemaDrift(database.url, [item({ id, name })])).toEqual([]);
    });

    it.each([
      ['a column that only the entity has', { id, name, extra: { type: 'text' } as const }, 'ADD "extra"'],
      ['a column that only the migrations have', { id }, 'DROP COLUMN "name"'],
      ['another length', { id, name: { ...name, length: 8 } }, '"name"'],
      ['another nullability', { id, name: { ...name, nullable: true } }, 'DROP NOT NULL'],
    ])('reports %s', async (_what, columns, statement) => {
      const drift = await schemaDrift(database.url, [item(columns)]);

      expect(drift.join('\n')).toContain(statement);
    });

    it('reports a table that only the entity has', async () => {
      const drift = await schemaDrift(database.url, [new EntitySchema({ name: 'absent', columns: { id } })]);

      expect(drift.join('\n')).toContain('CREATE TABLE "absent"');
    });
  });
});
