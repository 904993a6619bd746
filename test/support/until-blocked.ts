import { until } from './delivery.js';

const BLOCKED = `
  SELECT count(*)::integer AS count FROM pg_stat_activity
  WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0`;

/** Waits until somebody on the database waits for a lock of somebody else. */
export async function untilBlocked(sql: { query(text: string): Promise<unknown> }): Promise<void> {
  const look = async () => ((await sql.query(BLOCKED)) as { count: number }[])[0]?.count ?? 0;
  await until(look, (count) => count > 0);
}
