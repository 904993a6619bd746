import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { COLUMNS, type StoredRow } from '../reading/stored-row.js';
import { hashOf, INSTANCE_CHAIN, NO_HASH, organizationOf } from './chain-link.js';
import { ChainSigner } from './chain-signer.js';
import type { BrokenPlace, Finding, Verification } from './verification.js';

const BATCH = 1_000;

interface Ends {
  readonly seq: number;
  readonly hash: Buffer;
  readonly mac: Buffer | null;
  /** When the newest row was written; the next one is not written before. */
  readonly lastAt: Date | null;
  readonly baseSeq: number;
  readonly baseHash: Buffer;
  readonly baseMac: Buffer | null;
  /** Of the rows, in the same snapshot. */
  readonly newest: number | null;
}

export interface VerifyOptions {
  /** Place of a row that an earlier call has checked; left out, the check begins with the first row. */
  readonly after?: number;
  /** Rows to check at most. */
  readonly limit?: number;
}

/** Where a check stands. */
interface Progress {
  place: number;
  hash: Buffer;
  at: Date | null;
  writtenAt: number;
  rows: number;
  unsignedRows: number;
  firstUnsigned: number | null;
}

const BEGINNING: Progress = {
  place: 0,
  hash: NO_HASH,
  at: null,
  writtenAt: 0,
  rows: 0,
  unsignedRows: 0,
  firstUnsigned: null,
};

class Broken extends Error {
  constructor(readonly place: BrokenPlace) {
    super(place.finding);
  }
}

const ENDS = `
  SELECT c.seq::float8 AS seq, c.hash, c.mac, c.last_at AS "lastAt", c.base_seq::float8 AS "baseSeq", c.base_hash AS "baseHash",
         c.base_mac AS "baseMac",
         (SELECT max(e.chain_seq)::float8 FROM audit_event e WHERE e.chain = c.chain) AS newest
  FROM audit_chain c WHERE c.chain = $1`;

/** Checks that the rows of a chain are those that were written, all of them, in that order. Writers do not wait for it. */
@Injectable()
export class ChainVerifier {
  constructor(
    private readonly dataSource: DataSource,
    private readonly signer: ChainSigner,
  ) {}

  /** @throws SealedError: without keys no signature can be checked. */
  async verify(chain: string, options: VerifyOptions = {}): Promise<Verification> {
    const ends = await this.endsOf(chain);
    const found = await this.check(chain, ends, options);
    if (found.broken?.finding !== 'missing' || !ends) return found;
    // Old rows may have been removed meanwhile, as they should.
    const now = await this.endsOf(chain);
    return now && now.baseSeq > ends.baseSeq ? this.check(chain, now, options) : found;
  }

  private async check(chain: string, ends: Ends | null, options: VerifyOptions): Promise<Verification> {
    const known = ends ?? (await this.unbegun(chain));
    const progress: Progress = { ...BEGINNING };
    try {
      this.checkEnds(chain, known);
      await this.start(chain, known, { ...options, progress });
      await this.walk(chain, known, { limit: options.limit ?? Infinity, progress });
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      return resultOf(chain, known, progress, error.place);
    }
    return resultOf(chain, known, progress, null);
  }

  private async endsOf(chain: string): Promise<Ends | null> {
    const [ends] = await this.dataSource.query<Ends[]>(ENDS, [chain]);
    return ends ?? null;
  }

  /** Without an end there must be no linked rows either. */
  private async unbegun(chain: string): Promise<Ends> {
    const [row] = await this.dataSource.query<{ newest: number | null }[]>(
      'SELECT max(chain_seq)::float8 AS newest FROM audit_event WHERE chain = $1',
      [chain],
    );
    const none = { seq: 0, hash: NO_HASH, mac: null, lastAt: null, baseSeq: 0, baseHash: NO_HASH, baseMac: null };
    return { ...none, newest: row?.newest ?? null };
  }

  private checkEnds(chain: string, ends: Ends): void {
    const { seq, hash, mac } = ends;
    if (mac && !this.signer.isSigned('head', { chain, seq, hash }, mac)) throw broken('end_forged', seq);
    this.checkBase(chain, ends);
    if ((ends.newest ?? 0) > seq) throw broken('end_differs', seq + 1);
  }

  private checkBase(chain: string, { baseSeq, baseHash, baseMac }: Ends): void {
    const isUntouched = baseSeq === 0 && baseMac === null && baseHash.equals(NO_HASH);
    const isSigned =
      baseSeq > 0 && baseMac !== null && this.signer.isSigned('base', { chain, seq: baseSeq, hash: baseHash }, baseMac);
    if (!isUntouched && !isSigned) throw broken('base_forged', baseSeq);
  }

  /** Puts the check behind the row that it begins after. */
  private async start(
    chain: string,
    ends: Ends,
    { after = 0, progress }: VerifyOptions & { progress: Progress },
  ): Promise<void> {
    if (after > ends.baseSeq) {
      const [row] = await this.read(chain, after - 1, after, 1);
      if (!row?.hash) throw broken('missing', after);
      Object.assign(progress, { place: after, hash: row.hash, at: row.at, writtenAt: row.seq });
      return;
    }
    if (ends.baseSeq > 0) Object.assign(progress, { place: ends.baseSeq, hash: ends.baseHash });
    else if (ends.seq > 0) await this.checkBeginning(chain);
  }

  /** The instance's chain knows the first row of every other. */
  private async checkBeginning(chain: string): Promise<void> {
    if (chain === INSTANCE_CHAIN) return;
    const beginnings = await this.dataSource.query<StoredRow[]>(
      `SELECT ${COLUMNS} FROM audit_event
       WHERE chain = $1 AND record_id = $2 AND action = 'audit.chain_began' AND chain_seq > 0`,
      [INSTANCE_CHAIN, chain],
    );
    const [first] = await this.read(chain, 0, 1, 1);
    const [beginning] = beginnings;
    if (!first) throw broken('missing', 1);
    if (!beginning && (await this.endsOf(INSTANCE_CHAIN))?.baseSeq) return; // it has had its time
    const isKnown = beginnings.length === 1 && beginning?.facts['first_row'] === first.id && this.isOurs(beginning);
    if (!isKnown) throw broken('replaced', 1, first.id);
  }

  private isOurs(row: StoredRow): boolean {
    const { hash, mac, previousHash, chain, chainSeq: seq } = row;
    if (!hash || !previousHash || !hashOf(previousHash, row).equals(hash)) return false;
    return mac === null || this.signer.isSigned('row', { chain, seq, hash }, mac);
  }

  private async walk(
    chain: string,
    ends: Ends,
    { limit, progress }: { limit: number; progress: Progress },
  ): Promise<void> {
    while (progress.place < ends.seq && progress.rows < limit) {
      const rows = await this.read(chain, progress.place, ends.seq, Math.min(BATCH, limit - progress.rows));
      if (rows.length === 0) throw broken('missing', progress.place + 1);
      for (const row of rows) this.step(row, progress);
    }
    if (progress.place < ends.seq) return;
    if (!isEnd(ends, progress)) throw broken('end_differs', ends.seq);
    if (ends.mac === null && ends.seq > 0) progress.firstUnsigned ??= ends.seq;
  }

  private step(row: StoredRow, progress: Progress): void {
    const finding = this.judge(row, progress);
    if (finding === 'missing') throw broken(finding, progress.place + 1);
    if (finding) throw broken(finding, row.chainSeq, row.id);
    if (row.mac === null) {
      progress.unsignedRows += 1;
      progress.firstUnsigned ??= row.chainSeq;
    }
    const { chainSeq: place, hash, at, seq: writtenAt } = row;
    Object.assign(progress, { place, hash, at, writtenAt, rows: progress.rows + 1 });
  }

  private judge(row: StoredRow, { place, hash: previous, writtenAt }: Progress): Finding | null {
    const { chain, chainSeq: seq, hash, mac } = row;
    if (seq !== place + 1) return 'missing';
    if (!row.previousHash?.equals(previous)) return 'unlinked';
    const isSame = hash !== null && hashOf(previous, row).equals(hash);
    if (!isSame || row.organizationId !== organizationOf(chain) || row.seq <= writtenAt) return 'changed';
    return mac !== null && !this.signer.isSigned('row', { chain, seq, hash }, mac) ? 'forged' : null;
  }

  private async read(chain: string, after: number, through: number, limit: number): Promise<StoredRow[]> {
    return this.dataSource.query<StoredRow[]>(
      `SELECT ${COLUMNS} FROM audit_event
       WHERE chain = $1 AND chain_seq > $2::bigint AND chain_seq <= $3::bigint ORDER BY chain_seq LIMIT $4`,
      [chain, after, through, limit],
    );
  }
}

function isEnd({ hash, lastAt }: Ends, progress: Progress): boolean {
  return progress.hash.equals(hash) && progress.at?.getTime() === lastAt?.getTime();
}

function broken(finding: Finding, sequence: number, rowId: string | null = null): Broken {
  return new Broken({ finding, sequence, rowId });
}

function resultOf(chain: string, ends: Ends, progress: Progress, broken: BrokenPlace | null): Verification {
  const { place, rows, unsignedRows, firstUnsigned } = progress;
  const isUnsigned = firstUnsigned !== null;
  return {
    chain,
    outcome: broken ? 'broken' : isUnsigned ? 'unsigned' : 'intact',
    rows,
    through: place,
    nextAfter: broken || place >= ends.seq ? null : place,
    unsignedRows,
    firstUnsigned,
    broken,
    end: { sequence: ends.seq, hash: ends.hash.toString('hex') },
  };
}
