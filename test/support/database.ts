import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { migrateDatabase } from '../../src/persistence/migrate.js';

/** Held while the template is made or copied: PostgreSQL refuses to copy a database that somebody is connected to. */
const TEMPLATE_LOCK = 918_273_645;

/** A migrated database of its own. */
export interface TestDatabase {
  readonly url: string;
  /** Ends every session on it and removes it. */
  drop(): Promise<void>;
}

/**
 * Makes an empty, migrated database on the server of this run. The template is migrated once per run, by whoever
 * comes first.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `${runPrefix()}_${randomBytes(6).toString('hex')}`;
  const template = `${runPrefix()}_template`;
  await onServer(async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    if (!(await exists(client, template))) await makeTemplate(client, template);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  return { url: urlOf(name), drop: () => onServer((client) => dropDatabase(client, name)) };
}

/** Makes an empty database without any table. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const name = `${runPrefix()}_${randomBytes(6).toString('hex')}`;
  await onServer((client) => createUtf8(client, name));
  return { url: urlOf(name), drop: () => onServer((client) => dropDatabase(client, name)) };
}

/** Makes a database that holds what `original` does. @param original nobody may be connected to it. */
export async function copyDatabase(original: TestDatabase): Promise<TestDatabase> {
  const name = `${runPrefix()}_${randomBytes(6).toString('hex')}`;
  const source = new URL(original.url).pathname.slice(1);
  await onServer((client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${source}`));
  return { url: urlOf(name), drop: () => onServer((client) => dropDatabase(client, name)) };
}

async function makeTemplate(client: Client, template: string): Promise<void> {
  const draft = `${template}_draft`;
  await dropDatabase(client, draft);
  await createUtf8(client, draft);
  await migrateDatabase(urlOf(draft));
  await client.query(`ALTER DATABASE ${draft} RENAME TO ${template}`);
}

/** A server may have been set up with another encoding; ours is UTF-8. */
async function createUtf8(client: Client, name: string): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>('SHOW server_encoding');
  const locale = rows[0]?.server_encoding === 'UTF8' ? '' : `LOCALE 'C.UTF-8'`;
  await client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' ${locale}`);
}

async function dropDatabase(client: Client, name: string): Promise<void> {
  await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

async function exists(client: Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  return rowCount === 1;
}

async function onServer<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(database: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  return url.href;
}

function serverUrl(): string {
  return fromRun('EDE_TEST_SERVER_URL');
}

function runPrefix(): string {
  return `ede_test_${fromRun('EDE_TEST_RUN')}`;
}

/** The global set-up leaves these for the workers. */
function fromRun(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the specs with Jest, it starts the database`);
  return value;
}
