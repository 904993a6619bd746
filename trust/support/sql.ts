import { Client } from 'pg';
import type { HarnessContext } from '../runner/context.js';

/** A session of the harness on a database, closed when it ends. */
export async function openSql(context: HarnessContext, databaseUrl: string): Promise<Client> {
  const client = new Client({ connectionString: databaseUrl });
  client.on('error', () => undefined); // a harness may end the server
  await client.connect();
  context.atEnd(() => client.end().catch(() => undefined));
  return client;
}

/** One statement in a session of its own, for a server that comes and goes. */
export async function queryOnce<Row extends object>(
  databaseUrl: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}
