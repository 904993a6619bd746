import pg from 'pg';

/** Ends the run's cluster, or removes what the run left on a server that was named. */
export default async function globalTeardown() {
  const cluster = globalThis.edeTestCluster;
  if (cluster === undefined) return dropDatabases();
  const ended = new Promise((resolve) => cluster.once('close', resolve));
  cluster.ref();
  cluster.stdin.end();
  await ended;
}

async function dropDatabases() {
  const client = new pg.Client({ connectionString: process.env.EDE_TEST_SERVER_URL });
  await client.connect();
  const { rows } = await client.query(`SELECT datname FROM pg_database WHERE starts_with(datname, $1)`, [
    `ede_test_${process.env.EDE_TEST_RUN}`,
  ]);
  for (const { datname } of rows) await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
  await client.end();
}
