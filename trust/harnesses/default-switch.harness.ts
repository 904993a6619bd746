import { DatabaseError } from 'pg';
import { switchDefaults } from '../../test/processes/default-switches.js';
import { openSql } from '../support/sql.js';
import type { Cut, Harness } from '../runner/harness.js';
import type { HarnessContext } from '../runner/context.js';

const PROCESSES = 4;
const UNIQUE_VIOLATION = '23505';

const WITHOUT_INDEX: Cut = [
  {
    file: 'src/persistence/migrations/1764000000400-connectors.js',
    find: 'CREATE UNIQUE INDEX ir_connector_one_default',
    replace: 'CREATE INDEX ir_connector_one_default',
  },
];
const WITHOUT_LOCK: Cut = [
  {
    file: 'src/foundation/connectors/default-lock.js',
    find: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))',
    replace: 'SELECT $1::text',
  },
];

export const harness: Harness = {
  name: 'default-switch',
  promise: 'Callers of four processes switch one default at once: none is refused, and there are never two defaults.',
  cuts: { 'default-index': WITHOUT_INDEX, 'default-lock': WITHOUT_LOCK },
  async run(context) {
    const databaseUrl = await context.database();
    const report = await switchDefaults({
      databaseUrl,
      processes: PROCESSES,
      switches: context.size(200, 10_000),
      inFlight: 16,
      root: context.build.root,
    });
    const refused = Object.entries(report.refused).map(([status, count]) => `${count} switches answered ${status}`);
    const many = [report.mostDefaults, report.defaultsAtTheEnd].some((count) => count > 1);
    const wall = await pastTheApplication(context, databaseUrl);
    return {
      counts: { switches: report.switches, samples: report.samples, processes: PROCESSES },
      figure: `${report.perSecond} switches/s, p50 ${report.p50} ms, p99 ${report.p99} ms, at most ${report.mostDefaults} default`,
      failures: [...refused, ...(many ? ['Two defaults were seen'] : []), ...wall],
    };
  },
};

/** Whoever writes past the application, by SQL, meets the same rule. */
async function pastTheApplication(context: HarnessContext, databaseUrl: string): Promise<string[]> {
  const client = await openSql(context, databaseUrl);
  try {
    const { rowCount } = await client.query('UPDATE ir_connector SET is_default = true');
    return [`One statement of SQL made ${rowCount} defaults`];
  } catch (error) {
    if (error instanceof DatabaseError && error.code === UNIQUE_VIOLATION) return [];
    throw error;
  }
}
