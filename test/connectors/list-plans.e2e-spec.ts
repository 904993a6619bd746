import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AbstractLogger, DataSource, type LogMessage } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';

/** Of each of two organizations: enough that a walk over the table would look cheap only by mistake. */
const ROWS = 20_000;

const FILTERS = ['category=email', 'provider_type=gmail', 'status=error', 'is_enabled=false'];
const SORTS = ['name', '-name', 'created_at', 'last_tested_at', '-last_tested_at'];

/** The parts of a plan that the promises are about. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Cond'?: string;
  readonly Filter?: string;
  readonly Plans?: readonly PlanNode[];
}

/** Keeps the statements that read the list. */
class ListStatements extends AbstractLogger {
  readonly found: { sql: string; parameters: unknown[] }[] = [];

  override logQuery(sql: string, parameters: unknown[] = []): void {
    if (sql.includes('FROM "ir_connector" "c"')) this.found.push({ sql, parameters });
  }

  protected override writeLog(_level: string, _message: LogMessage | string | number): void {
    // Nothing else is kept.
  }
}

let app: TestApp;
let admin: TestClient;
let statements: ListStatements;

beforeAll(async () => {
  app = await startTestApp();
  admin = await app.setUp();
  const other = await app.createOrganization('Other');
  const dataSource = app.get(DataSource);
  await dataSource.query(
    `INSERT INTO ir_connector (id, organization_id, name, category, provider_type, status, is_enabled, last_tested_at, created_at, updated_at)
     SELECT gen_random_uuid(), owner, md5(n::text), (ARRAY['storage', 'email', 'messaging'])[1 + n % 3],
            (ARRAY['s3_compatible', 'gmail', 'slack', 'aws_s3', 'google_drive', 'webhook'])[1 + n % 6],
            CASE WHEN n % 100 = 0 THEN 'error' WHEN n % 100 < 10 THEN 'draft' ELSE 'connected' END, n % 10 <> 0,
            CASE WHEN n % 100 NOT BETWEEN 1 AND 9 THEN now() - n * interval '1 minute' END,
            now() - n * interval '1 minute', now()
     FROM unnest($1::uuid[]) AS owner, generate_series(1, $2) AS n`,
    [[admin.organizationId, other], ROWS],
  );
  await dataSource.query('ANALYZE ir_connector');
  statements = new ListStatements();
  dataSource.logger = statements;
});
afterAll(() => app.close());

/** Every node of the plan of the list's statement, the outermost first. */
async function planOf(query: string): Promise<PlanNode[]> {
  statements.found.length = 0;
  expect((await admin.get(`/api/connectors?${query}`)).status).toBe(200);
  const [statement] = statements.found;
  if (!statement) throw new Error('The list read nothing');
  const [row] = await app
    .get(DataSource)
    .query<[{ 'QUERY PLAN': [{ Plan: PlanNode }] }]>(`EXPLAIN (FORMAT JSON) ${statement.sql}`, statement.parameters);
  return nodesOf(row['QUERY PLAN'][0].Plan);
}

function nodesOf(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

const typesIn = (plan: readonly PlanNode[]) => plan.map((node) => node['Node Type']);

describe('a page of the list', () => {
  it.each([...SORTS.map((sort) => `sort=${sort}`), ...FILTERS])(
    'by %s reads its own rows only, in order',
    async (query) => {
      const plan = await planOf(query);
      expect(typesIn(plan)).toEqual(['Limit', 'Index Scan']);
      expect(plan[1]?.['Index Cond']).toContain('organization_id');
      expect(plan[1]?.Filter).toBeUndefined();
    },
  );

  it.each(FILTERS.flatMap((filter) => SORTS.map((sort) => `${filter}&sort=${sort}`)))(
    'by %s reads rows of its organization only',
    async (query) => {
      const plan = await planOf(query);
      expect(typesIn(plan).filter((type) => type.endsWith('Seq Scan'))).toEqual([]);
      const scans = plan.filter((node) => /Index.* Scan$/.test(node['Node Type']));
      expect(scans.length).toBeGreaterThan(0);
      for (const scan of scans) expect(scan['Index Cond']).toContain('organization_id');
    },
  );
});
