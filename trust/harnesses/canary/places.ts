import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { Canaries } from './canaries.js';

/** Every row of every table, as a dump writes it. @returns tables with a secret, and how many rows were looked at. */
export async function searchTables(sql: Client, canaries: Canaries): Promise<{ rows: number; failures: string[] }> {
  const failures: string[] = [];
  let count = 0;
  const { rows: tables } = await sql.query<{ name: string }>(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  for (const { name } of tables) {
    const { rows } = await sql.query<{ line: string }>(`SELECT t::text AS line FROM ${name} t`);
    count += rows.length;
    const hits = rows.flatMap(({ line }) => canaries.find(Buffer.from(line)) ?? []);
    if (hits.length > 0) failures.push(`${hits.length} rows of ${name} hold a secret: ${hits[0] ?? ''}`);
  }
  if (count === 0) failures.push('The database is empty: nothing was searched');
  return { rows: count, failures };
}

/** Every file below a folder, byte by byte. */
export function searchFiles(folder: string, canaries: Canaries): { bytes: number; failures: string[] } {
  const failures: string[] = [];
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const content = readFileSync(path);
    bytes += content.length;
    const found = canaries.find(content);
    if (found !== null) failures.push(`The file ${entry.name} holds a secret: ${found}`);
  }
  return { bytes, failures };
}
