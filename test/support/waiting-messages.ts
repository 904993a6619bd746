import type { Client } from 'pg';
import { newId } from '../../src/persistence/index.js';

/** Makes an organization. @returns its id, higher than that of the one before. */
export async function addOrganization(sql: Client): Promise<string> {
  const id = newId();
  await sql.query(`INSERT INTO res_organization (id, name, slug) VALUES ($1, $2, $2)`, [id, `o-${id}`]);
  return id;
}

/** Messages without content that became due within the last hour, one after the other. */
export async function addDue(sql: Client, table: string, organizationId: string, count: number): Promise<void> {
  await sql.query(
    `INSERT INTO ${table} (id, organization_id, envelope, body, status, provider_type, due_at, created_at)
     SELECT gen_random_uuid(), $1, '\\x00', '\\x00', 'queued', 'built_in',
       now() - interval '1 hour' * (1 - n::float8 / ($2 + 1)), now()
     FROM generate_series(1, $2) AS n`,
    [organizationId, count],
  );
}
