import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestDatabase, createTestDatabase } from '../support/database.js';
import { query } from '../support/query.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Rows that belong to the instance as well: those of nobody's organization. */
const MAY_BE_OF_THE_INSTANCE = [
  'audit_event',
  'auth_ended_credential',
  'auth_session',
  'base_data_key',
  'base_key_rotation',
];

const ORGANIZATION_COLUMNS = `
  SELECT c.table_name AS "table", c.is_nullable = 'YES' AS "isNullable" FROM information_schema.columns c
  JOIN information_schema.tables t USING (table_schema, table_name)
  WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name = 'organization_id' ORDER BY 1`;

/** Foreign keys between two tables that both belong to organizations, with the columns of each side. */
const FOREIGN_KEYS = `
  SELECT k.conrelid::regclass::text AS "table", k.confrelid::regclass::text AS "target",
    (SELECT array_agg(a.attname::text ORDER BY n) FROM unnest(k.conkey) WITH ORDINALITY AS u(num, n)
     JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num) AS columns
  FROM pg_constraint k
  WHERE k.contype = 'f' AND EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = k.confrelid AND attname = 'organization_id')
    AND EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = k.conrelid AND attname = 'organization_id')`;

describe('tables of organizations', () => {
  it('name the organization of every row', async () => {
    const tables = (await query(database.url, ORGANIZATION_COLUMNS)) as { table: string; isNullable: boolean }[];
    expect(tables.length).toBeGreaterThan(8);
    const loose = tables.filter(({ isNullable }) => isNullable).map(({ table }) => table);
    expect(loose.filter((table) => !MAY_BE_OF_THE_INSTANCE.includes(table))).toEqual([]);
  });

  it('refer to rows of their own organization only', async () => {
    type Key = { table: string; target: string; columns: string[] };
    const all = (await query(database.url, FOREIGN_KEYS)) as Key[];
    const keys = all.filter(({ target }) => !MAY_BE_OF_THE_INSTANCE.includes(target));
    expect(keys.length).toBeGreaterThan(8);
    const nameOf = ({ table, columns }: Key) =>
      `${table}.${columns.filter((column) => column !== 'organization_id').join()}`;
    const composite = new Set(keys.filter(({ columns }) => columns.includes('organization_id')).map(nameOf));
    // A plain key beside the composite one only says what happens when the target is deleted.
    const loose = keys.filter(({ columns }) => !columns.includes('organization_id')).map(nameOf);
    expect(loose.filter((name) => !composite.has(name))).toEqual([]);
  });
});
