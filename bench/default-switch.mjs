/**
 * `node bench/default-switch.mjs [switches] [processes] [in flight in each]`: callers in several processes switch one
 * default at once. Fails when a caller is refused or two defaults are seen. `TEST_DATABASE_URL` names another server.
 */
import '../test/support/typescript-loader.mjs';
import setUp from '../test/support/global-setup.mjs';
import tearDown from '../test/support/global-teardown.mjs';

const [switches, processes, inFlight] = [2000, 4, 64].map((standard, index) =>
  Number(process.argv[index + 2] ?? standard),
);
const { ensureBuilt } = await import('../test/processes/server-process.ts');
const { switchDefaults } = await import('../test/processes/default-switches.ts');
const { createEmptyDatabase } = await import('../test/support/database.ts');

ensureBuilt();
await setUp();
try {
  const database = await createEmptyDatabase();
  const report = await switchDefaults({ databaseUrl: database.url, processes, switches, inFlight });
  await database.drop();
  console.log({ switches, processes, inFlight, ...report });
  const isGood = Object.keys(report.refused).length === 0 && report.mostDefaults <= 1 && report.defaultsAtTheEnd <= 1;
  process.exitCode = isGood ? 0 : 1;
} finally {
  await tearDown();
}
