import type { Client } from 'pg';

/** What a table holds of somebody else, or changes by itself. */
interface Exception {
  /** SQL with the organization as `$1`. */
  readonly where?: string;
  /** Columns that move by themselves, or by who reads. */
  readonly moving?: readonly string[];
}

/** Tables that are not compared, each with its reason. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  audit_chain: 'each refusal is written down; the line `audit` attacks it',
  audit_event: 'each refusal is written down; the line `audit` attacks it',
  auth_denial_note: 'remembers for a minute which refusals were written down',
  auth_login_limit: 'counts sign-ins that fail, which anybody may try',
  base_key_process: 'each process says in it that it is alive',
  base_key_rotation_kind: 'the progress of a rotation, which goes on meanwhile',
};
const DELIVERY = ['status', 'attempts', 'interruptions', 'last_error', 'due_at', 'lease_id', 'finished_at'];
const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  // The callers' own sessions change by their use; none of them ends.
  auth_session: {
    where: 'expires_at > now() AND user_id IN (SELECT user_id FROM res_membership WHERE organization_id = $1)',
    moving: ['last_used_at', 'organization_id', 'confirmed_until', 'expires_at'],
  },
  auth_token: { moving: ['last_used_at'] },
  base_key_rotation: {
    where: 'true',
    moving: ['status', 'position', 'started_at', 'finished_at', 'remove_after', 'removed_at', 'fence', 'lease_until'],
  },
  base_key_state: { moving: ['epoch'] },
  email_message: { moving: DELIVERY },
  messaging_message: { moving: DELIVERY },
};

/** A digest of the rows that are the organization's or the instance's, by table: every table but those left out. */
export async function snapshotOf(sql: Client, organizationId: string): Promise<Map<string, string>> {
  const { rows: tables } = await sql.query<{ name: string; isOfOrganizations: boolean }>(
    `SELECT t.table_name AS name, EXISTS (
       SELECT FROM information_schema.columns c WHERE c.table_schema = t.table_schema
       AND c.table_name = t.table_name AND c.column_name = 'organization_id') AS "isOfOrganizations"
     FROM information_schema.tables t WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const gone = [...Object.keys(LEFT_OUT), ...Object.keys(EXCEPTIONS)].find(
    (table) => !tables.some(({ name }) => name === table),
  );
  if (gone !== undefined) throw new Error(`There is no table ${gone}: it needs no exception`);
  const digests = new Map<string, string>();
  for (const { name, isOfOrganizations } of tables) {
    if (LEFT_OUT[name] !== undefined) continue;
    const { where = isOfOrganizations ? '(organization_id = $1 OR organization_id IS NULL)' : 'true', moving = [] } =
      EXCEPTIONS[name] ?? {};
    digests.set(
      name,
      await digestOf(sql, `${name} t WHERE $1::uuid IS NOT NULL AND ${where}`, [organizationId, moving]),
    );
  }
  return digests;
}

/** @returns the tables whose rows differ. */
export function changesOf(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...before.keys()].filter((table) => before.get(table) !== after.get(table));
}

async function digestOf(sql: Client, rowsOf: string, values: readonly unknown[]): Promise<string> {
  const { rows } = await sql.query<{ digest: string }>(
    `SELECT count(*) || ':' || coalesce(md5(string_agg(line, '|' ORDER BY line)), '') AS digest
     FROM (SELECT (to_jsonb(t) - $2::text[])::text AS line FROM ${rowsOf}) lines`,
    [...values],
  );
  return rows[0]?.digest ?? '';
}
