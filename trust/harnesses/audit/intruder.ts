import type { Client } from 'pg';
import { hashOf, NO_HASH } from '../../../src/foundation/audit/chain/chain-link.js';
import { COLUMNS, type StoredRow } from '../../../src/foundation/audit/reading/stored-row.js';

const TABLES = ['audit_event', 'audit_chain'];

/**
 * Who has the whole database in his hands, but not the server's keys: he switches the triggers off, knows how rows are
 * hashed, and has read every signature that there ever was.
 */
export class Intruder {
  private constructor(
    private readonly sql: Client,
    readonly chain: string,
  ) {}

  static async on(sql: Client, chain: string): Promise<Intruder> {
    await sql.query(`SET session_replication_role = 'replica'`);
    await sql.query('ALTER TABLE audit_event DROP CONSTRAINT audit_event_place'); // so that rows can change places
    for (const table of TABLES) await sql.query(`CREATE TABLE kept_${table} AS TABLE ${table}`);
    return new Intruder(sql, chain);
  }

  /** Puts everything back. */
  async restore(): Promise<void> {
    for (const table of TABLES) {
      await this.sql.query(`DELETE FROM ${table}`);
      await this.sql.query(`INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM kept_${table}`);
    }
  }

  async rows(): Promise<StoredRow[]> {
    const { rows } = await this.sql.query<StoredRow>(
      `SELECT ${COLUMNS} FROM audit_event WHERE chain = $1 ORDER BY chain_seq`,
      [this.chain],
    );
    return rows;
  }

  /** @param assignment SQL of an UPDATE. */
  async change(place: number, assignment: string): Promise<void> {
    await this.sql.query(`UPDATE audit_event SET ${assignment} WHERE chain = $1 AND chain_seq = $2`, [
      this.chain,
      place,
    ]);
  }

  async remove(from: number, through: number): Promise<void> {
    await this.sql.query('DELETE FROM audit_event WHERE chain = $1 AND chain_seq BETWEEN $2 AND $3', [
      this.chain,
      from,
      through,
    ]);
  }

  async swap(place: number, other: number): Promise<void> {
    await this.sql.query(
      `UPDATE audit_event SET chain_seq = $2::bigint + $3::bigint - chain_seq WHERE chain = $1 AND chain_seq IN ($2, $3)`,
      [this.chain, place, other],
    );
  }

  /** Numbers the rows without gaps and computes every hash anew, that of the end too; signatures stay as they are. */
  async relink(): Promise<void> {
    let previous: Buffer = NO_HASH;
    let place = 0;
    for (const row of await this.rows()) {
      place += 1;
      const hash = hashOf(previous, { ...row, chainSeq: place });
      await this.sql.query('UPDATE audit_event SET chain_seq = $2, prev_hash = $3, hash = $4 WHERE id = $1', [
        row.id,
        place,
        previous,
        hash,
      ]);
      previous = hash;
    }
    await this.end(place, previous);
  }

  /** Makes an end of the place; its signature is one that he has seen, or `null`. */
  async end(place: number, hash: Buffer, mac?: Buffer | null): Promise<void> {
    await this.sql.query('UPDATE audit_chain SET seq = $2, hash = $3 WHERE chain = $1', [this.chain, place, hash]);
    if (mac === undefined) return;
    await this.sql.query('UPDATE audit_chain SET mac = $2 WHERE chain = $1', [this.chain, mac]);
  }

  async unsign(): Promise<void> {
    await this.sql.query('UPDATE audit_event SET mac = NULL WHERE chain = $1', [this.chain]);
    await this.sql.query('UPDATE audit_chain SET mac = NULL WHERE chain = $1', [this.chain]);
  }
}
