import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ConnectionFailedError } from '../../../core/connectors/index.js';
import {
  ENVELOPE_HEADER_BYTES,
  INSTANCE,
  keyIdOf,
  SecretUnreadableError,
  type EncryptedFiles,
  type Walk,
  type WalkedPage,
} from '../../../core/crypto/index.js';
import { SealedError } from '../../../core/errors/index.js';
import { isDatabaseUnavailable, TransactionRunner } from '../../../persistence/index.js';
import { LocalStorageBackend } from '../local/local-storage.backend.js';
import { readAtMost } from './bounded-read.js';
import { ConfigVault, MAX_SEALED_BYTES } from './config-vault.js';

const TIMEOUT_MS = 10_000;
const IS_CONFIG_FILE = `purpose = 'config' AND state = 'stored'`;

interface FileRow {
  readonly id: string;
  readonly ref: string;
}

/** What became of one file. */
type Outcome = 'current' | 'changed' | 'unreadable' | 'busy' | 'gone';

interface Visit {
  readonly outcome: Outcome;
  /** Of the key that the file still stands under, when that is not the wanted one. */
  readonly keyIdLeft: string | null;
}

/**
 * The files of documents for configuration, in the built-in filesystem: encrypted anew in their place. A file is
 * replaced by a rename, so whoever reads it meanwhile has the old one or the new one, whole.
 */
@Injectable()
export class ConfigFiles implements EncryptedFiles {
  readonly kind = 'storage_document files';

  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: TransactionRunner,
    private readonly vault: ConfigVault,
    private readonly local: LocalStorageBackend,
  ) {}

  async count(owner: string | null): Promise<number> {
    if (owner === INSTANCE) return 0;
    const [row] = await this.dataSource.query<{ count: number }[]>(
      `SELECT count(*)::integer AS count FROM storage_document
       WHERE ($1::uuid IS NULL OR organization_id = $1) AND ${IS_CONFIG_FILE}`,
      [owner],
    );
    return row?.count ?? 0;
  }

  async walk(walk: Walk): Promise<WalkedPage> {
    const rows = walk.owner === INSTANCE ? [] : await this.page(walk);
    const visits: Visit[] = [];
    for (const row of rows) visits.push(await this.visit(walk, row));
    const count = (outcome: Outcome): number => visits.filter((visit) => visit.outcome === outcome).length;
    return {
      next: rows.length < walk.limit ? null : (rows.at(-1)?.id ?? null),
      seen: rows.length,
      changed: count('changed'),
      unreadable: count('unreadable'),
      busy: count('busy'),
      keyIdsLeft: visits.map(({ keyIdLeft }) => keyIdLeft).filter((id) => id !== null),
    };
  }

  private page({ owner, after, limit }: Walk): Promise<FileRow[]> {
    return this.dataSource.query<FileRow[]>(
      `SELECT id, storage_ref AS ref FROM storage_document
       WHERE organization_id = $1 AND ${IS_CONFIG_FILE} AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
      [owner, after, limit],
    );
  }

  private async visit(walk: Walk, row: FileRow): Promise<Visit> {
    const keyId = await this.keyIdIn(row).catch(() => null);
    if (walk.mode === 'rotate' && keyId === walk.keyId) return { outcome: 'current', keyIdLeft: null };
    const outcome = await this.work(walk, row);
    const isLeft = outcome === 'unreadable' || outcome === 'busy';
    return { outcome, keyIdLeft: isLeft ? (keyId ?? 'unknown') : null };
  }

  private async work(walk: Walk, row: FileRow): Promise<Outcome> {
    try {
      // Also when it is encrypted anew: afterwards the key is known, and no remote holder is asked inside a transaction.
      await this.vault.open({ organizationId: walk.owner, id: row.id }, await this.read(row));
      return walk.mode === 'rotate' ? await this.renew(walk.owner, row) : 'current';
    } catch (error) {
      if (error instanceof SecretUnreadableError || error instanceof ConnectionFailedError) return 'unreadable';
      if (error instanceof SealedError || isDatabaseUnavailable(error)) throw error;
      return 'busy';
    }
  }

  /** The lock on the row keeps a deletion waiting: it would remove the file just before it is written again. */
  private renew(organizationId: string, row: FileRow): Promise<Outcome> {
    return this.transactions.run(async (tx) => {
      const [locked] = await tx.query(
        `SELECT 1 FROM storage_document WHERE id = $1 AND storage_ref = $2 AND ${IS_CONFIG_FILE} FOR UPDATE`,
        [row.id, row.ref],
      );
      if (!locked) return 'gone';
      const owner = { organizationId, id: row.id };
      const text = await this.vault.open(owner, await this.read(row));
      const sealed = await this.vault.seal(owner, Buffer.from(text, 'utf8'));
      await this.local.put(row.ref, Readable.from([sealed]), {
        size: sealed.length,
        contentType: 'application/octet-stream',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return 'changed';
    });
  }

  private async read({ ref }: FileRow): Promise<Buffer> {
    const { body } = await this.local.get(ref, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return (await readAtMost(body, MAX_SEALED_BYTES)) ?? Buffer.alloc(0);
  }

  private async keyIdIn({ ref }: FileRow): Promise<string | null> {
    const range = { start: 0, end: ENVELOPE_HEADER_BYTES - 1 };
    const { body } = await this.local.get(ref, { range, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const header = await readAtMost(body, ENVELOPE_HEADER_BYTES);
    return header && keyIdOf(header);
  }
}
