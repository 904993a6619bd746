import type { Client } from 'pg';

/** Changes by itself, or by who reads: no sign of an attack. */
const OWN_LIFE = /^(audit_.*|auth_session|web_idempotency_key)$/;
const OWN_COLUMNS = ['last_used_at'];
const DELIVERY_COLUMNS = ['status', 'attempts', 'interruptions', 'last_error', 'due_at', 'lease_id', 'finished_at'];

/** A digest of the organization's rows, by table. */
export async function snapshotOf(sql: Client, organizationId: string): Promise<Map<string, string>> {
  const { rows: tables } = await sql.query<{ table_name: string }>(
    `SELECT table_name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name = 'organization_id' ORDER BY 1`,
  );
  const selections = tables
    .map(({ table_name }) => table_name)
    .filter((table) => !OWN_LIFE.test(table))
    .map((table) => ({ table, where: 'organization_id = $1' }));
  selections.push({ table: 'res_organization', where: 'id = $1' });
  selections.push({
    table: 'res_user',
    where: 'id IN (SELECT user_id FROM res_membership WHERE organization_id = $1)',
  });
  const digests = new Map<string, string>();
  for (const { table, where } of selections) digests.set(table, await digestOf(sql, table, where, organizationId));
  return digests;
}

/** @returns the tables whose rows differ. */
export function changesOf(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...before.keys()].filter((table) => before.get(table) !== after.get(table));
}

async function digestOf(sql: Client, table: string, where: string, organizationId: string): Promise<string> {
  const ignored = table.endsWith('_message') ? [...OWN_COLUMNS, ...DELIVERY_COLUMNS] : OWN_COLUMNS;
  const { rows } = await sql.query<{ digest: string }>(
    `SELECT count(*) || ':' || coalesce(md5(string_agg(line, '|' ORDER BY line)), '') AS digest
     FROM (SELECT (to_jsonb(t) - $2::text[])::text AS line FROM ${table} t WHERE ${where}) lines`,
    [organizationId, ignored],
  );
  return rows[0]?.digest ?? '';
}
