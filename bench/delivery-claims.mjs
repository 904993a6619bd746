/**
 * `node bench/delivery-claims.mjs [backlog] [organizations]`: how long a claim takes beside one organization's backlog
 * whose turn it is not, when others have a mail each, and when they have none that is due. Fails when a claim that
 * finds something looks at 100 pages of 8 KiB or more. `TEST_DATABASE_URL` names another server.
 */
import '../test/support/typescript-loader.mjs';
import setUp from '../test/support/global-setup.mjs';
import tearDown from '../test/support/global-teardown.mjs';

const LIMIT_PAGES = 100;
const EMPTY_CLAIMS = 50;
const LEASE_MS = 3_600_000;
const [backlog, organizations] = [100_000, 200].map((standard, index) => Number(process.argv[index + 2] ?? standard));
const { default: pg } = await import('pg');
const { DeliveryQueue } = await import('../src/core/delivery/index.ts');
const { EMAIL_TABLE } = await import('../src/foundation/email/email-table.ts');
const { createTestDatabase } = await import('../test/support/database.ts');
const { ExplainedTransactions } = await import('../test/support/explained-transactions.ts');
const { addDue, addOrganization } = await import('../test/support/waiting-messages.ts');

await setUp();
const database = await createTestDatabase();
const sql = new pg.Client({ connectionString: database.url });
try {
  await sql.connect();
  const busy = await addOrganization(sql);
  await addDue(sql, EMAIL_TABLE.name, busy, backlog);
  for (let count = 0; count < organizations; count += 1) {
    await addDue(sql, EMAIL_TABLE.name, await addOrganization(sql), 1);
  }
  await sql.query(`VACUUM (ANALYZE) ${EMAIL_TABLE.name}`);
  const explained = new ExplainedTransactions(sql);
  const explaining = queueOn(explained);
  const queue = queueOn({ run: inTransaction });

  await explaining.claim(LEASE_MS, [busy]);
  const found = { ...(await timesOf(organizations - 1, queue, busy)), pages: explained.takeCost().pages };
  await explaining.claim(LEASE_MS, [busy]);
  const empty = { ...(await timesOf(EMPTY_CLAIMS, queue, busy)), pages: explained.takeCost().pages };
  console.log({ backlog, organizations, found, empty, limitPages: LIMIT_PAGES });
  process.exitCode = found.pages < LIMIT_PAGES ? 0 : 1;
} finally {
  await sql.end();
  await database.drop();
  await tearDown();
}

function queueOn(transactions) {
  return new DeliveryQueue(EMAIL_TABLE, transactions, { write: async () => undefined });
}

async function inTransaction(work) {
  await sql.query('BEGIN');
  const result = await work({ query: async (text, values) => (await sql.query(text, values)).rows });
  await sql.query('COMMIT');
  return result;
}

async function timesOf(count, queue, busy) {
  const times = [];
  for (let done = 0; done < count; done += 1) {
    const start = performance.now();
    await queue.claim(LEASE_MS, [busy]);
    times.push(performance.now() - start);
  }
  times.sort((one, other) => one - other);
  const at = (part) => Math.round((times[Math.floor((times.length - 1) * part)] ?? 0) * 100) / 100;
  return { medianMs: at(0.5), p95Ms: at(0.95) };
}
