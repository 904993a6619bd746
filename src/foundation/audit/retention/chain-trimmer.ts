import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Scope } from '../../../core/access/index.js';
import { AuditLog } from '../../../core/ports/index.js';
import { TransactionRunner } from '../../../persistence/index.js';
import { organizationOf } from '../chain/chain-link.js';
import { ChainSigner } from '../chain/chain-signer.js';

/** Rows that one statement removes. */
const BATCH = 1_000;
const REMOVED = 'audit.events_removed';

/** The last row that has had its time, and what the row after it says about it. */
interface Cut {
  readonly seq: number;
  readonly hash: Buffer;
  readonly mac: Buffer;
  readonly nextPrevious: Buffer | null;
}

const FIND_CUT = `
  SELECT e.chain_seq::float8 AS seq, e.hash, e.mac, n.prev_hash AS "nextPrevious"
  FROM audit_event e JOIN audit_event n ON n.chain = e.chain AND n.chain_seq = e.chain_seq + 1
  WHERE e.chain = $1 AND e.mac IS NOT NULL AND e.chain_seq > $3 AND e.chain_seq <= (
    SELECT chain_seq FROM audit_event WHERE chain = $1 AND at < now() - make_interval(days => $2)
    ORDER BY at DESC, chain_seq DESC LIMIT 1)
  ORDER BY e.chain_seq DESC LIMIT 1`;

/** That rows were removed is no reason to remove rows again. */
const IS_WORTH_IT = `
  SELECT 1 FROM audit_event WHERE chain = $1 AND chain_seq > $2 AND chain_seq <= $3 AND action <> '${REMOVED}' LIMIT 1`;

/** Removes old rows of a chain. What is left still verifies: it begins behind a signed place. */
@Injectable()
export class ChainTrimmer {
  private readonly logger = new Logger('Audit');

  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: TransactionRunner,
    private readonly signer: ChainSigner,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Writers of the chain wait for the new beginning to be signed, not for the removal. The newest row always stays.
   * @param days rows that are older go.
   * @param signal ends it between two batches; another call goes on from there. @throws SealedError
   */
  async trim(chain: string, days: number, signal?: AbortSignal): Promise<void> {
    await this.moveBase(chain, days);
    while (!signal?.aborted) {
      const [row] = await this.dataSource.query<{ removed: number }[]>(
        'SELECT audit_event_remove($1, $2)::integer AS removed',
        [chain, BATCH],
      );
      if (!row || row.removed < BATCH) return;
    }
  }

  private async moveBase(chain: string, days: number): Promise<void> {
    const [base] = await this.dataSource.query<{ seq: number }[]>(
      'SELECT base_seq::float8 AS seq FROM audit_chain WHERE chain = $1',
      [chain],
    );
    const [cut] = base ? await this.dataSource.query<Cut[]>(FIND_CUT, [chain, days, base.seq]) : [];
    if (!base || !cut) return;
    const isWorthIt = (await this.dataSource.query<object[]>(IS_WORTH_IT, [chain, base.seq, cut.seq])).length > 0;
    if (!isWorthIt || !this.isOurs(chain, cut)) return;
    const mac = this.signer.sign('base', { chain, seq: cut.seq, hash: cut.hash });
    await this.transactions.run(async (tx) => {
      const moved = await tx.query(
        `UPDATE audit_chain SET base_seq = $2::bigint, base_hash = $3, base_mac = $4
         WHERE chain = $1 AND base_seq = $5::bigint RETURNING chain`,
        [chain, cut.seq, cut.hash, mac, base.seq],
      );
      if (moved.length === 0) return; // another process was faster
      await this.audit.write(tx, Scope.system(), {
        organizationId: organizationOf(chain),
        action: REMOVED,
        facts: { through_sequence: cut.seq, older_than_days: days },
      });
    });
  }

  /** A place that was tampered with is not made the beginning: nobody could tell any more. */
  private isOurs(chain: string, { seq, hash, mac, nextPrevious }: Cut): boolean {
    const isOurs = this.signer.isSigned('row', { chain, seq, hash }, mac) && nextPrevious?.equals(hash) === true;
    if (!isOurs) this.logger.error(`Old events of ${chain} are kept: the trail is broken at ${seq}; verify it`);
    return isOurs;
  }
}
