import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { Canaries } from './canaries.js';
import type { GeneratedSecrets } from './generated-secrets.js';

/** Looks for secrets, and for a text that was planted in clear: a place where that is not found was not searched. */
export class Search {
  readonly failures: string[] = [];
  rows = 0;
  /** Of files. */
  bytes = 0;
  private readonly proven = new Set<string>();

  constructor(
    private readonly canaries: Canaries,
    private readonly generated: GeneratedSecrets,
    private readonly control: Canaries,
  ) {}

  /**
   * @param place one that is proven by itself, e.g. `the log`.
   * @param what of it, e.g. the answer of a route.
   * @param file its name: some secrets have a file of their own.
   */
  look(place: string, bytes: Buffer, what = place, file: string | null = null): void {
    const found = this.canaries.find(bytes);
    if (found !== null) this.failures.push(`A secret is in ${what}: ${found}`);
    const kind = this.generated.find(bytes, file);
    if (kind !== null) this.failures.push(`A ${kind} is in ${what}`);
    if (!this.proven.has(place) && this.control.find(bytes) !== null) this.proven.add(place);
  }

  /** Every row of every table, as text. */
  async tables(place: string, sql: Client): Promise<void> {
    const { rows: tables } = await sql.query<{ name: string }>(
      `SELECT quote_ident(table_name) AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
    );
    for (const { name } of tables) {
      const { rows } = await sql.query<{ line: string }>(`SELECT t::text AS line FROM ${name} t`);
      this.rows += rows.length;
      this.look(place, Buffer.from(rows.map(({ line }) => line).join('\n')), `rows of ${name}`);
    }
  }

  /** Every file below a folder, byte by byte. */
  files(place: string, folder: string): void {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const content = contentOf(join(entry.parentPath, entry.name));
      if (content === null) continue;
      this.bytes += content.length;
      this.look(place, content, `the file ${entry.name} of ${place}`, entry.name);
    }
  }

  /** Fails for every place in which the text in clear was not found. */
  prove(places: readonly string[]): void {
    const blind = places.filter((place) => !this.proven.has(place));
    this.failures.push(...blind.map((place) => `A text that was planted in clear is not found in ${place}`));
  }
}

/** @returns `null` for a file that a running database has removed since it was listed. */
function contentOf(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
