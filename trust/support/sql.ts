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
