import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Scope } from '../../../core/access/index.js';
import { AuditLog, type AuditEntry } from '../../../core/ports/index.js';

/** Old notes that one new one removes: more than it adds. */
const CLEANUP = 10;

/** What a denial is known by, and for how many seconds it is not written down again. */
export interface Note {
  readonly key: readonly string[];
  readonly seconds: number;
}

/** Audits denials that a stranger can repeat at will: once for a while, over all processes, so that nobody fills the trail. */
@Injectable()
export class DenialNotes {
  constructor(
    private readonly dataSource: DataSource,
    private readonly audit: AuditLog,
  ) {}

  /** Writes the row unless one of the same key was written lately. */
  async recordOnce(scope: Scope, { key, seconds }: Note, entry: AuditEntry): Promise<void> {
    const hash = createHash('sha256').update(JSON.stringify(key)).digest();
    if (!(await this.take(hash, seconds))) return;
    try {
      await this.audit.record(scope, entry);
    } catch (error) {
      // Not written, so not noted: the next one tries again.
      await this.dataSource.query('DELETE FROM auth_denial_note WHERE key = $1', [hash]);
      throw error;
    }
  }

  /** @returns whether nobody has it; of several at once one gets it. */
  private async take(hash: Buffer, seconds: number): Promise<boolean> {
    const known = await this.dataSource.query<object[]>(
      'SELECT 1 FROM auth_denial_note WHERE key = $1 AND expires_at > now()',
      [hash],
    );
    if (known.length > 0) return false; // a storm of the same writes nothing
    const taken = await this.dataSource.query<object[]>(
      `INSERT INTO auth_denial_note AS n (key, expires_at) VALUES ($1, now() + make_interval(secs => $2))
       ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at WHERE n.expires_at <= now() RETURNING key`,
      [hash, seconds],
    );
    if (taken.length === 0) return false;
    await this.dataSource.query(
      `DELETE FROM auth_denial_note WHERE key IN (
         SELECT key FROM auth_denial_note WHERE expires_at < now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [CLEANUP],
    );
    return true;
  }
}
