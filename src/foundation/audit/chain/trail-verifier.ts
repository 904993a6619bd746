import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { INSTANCE_CHAIN } from './chain-link.js';
import { ChainVerifier } from './chain-verifier.js';
import type { Verification } from './verification.js';

/** The end of a trail as an earlier verification told it. */
export interface KnownEnd {
  readonly chain: string;
  readonly sequence: number;
  /** Hex. */
  readonly hash: string;
}

interface NamedChain {
  readonly chain: string;
  /** Of the organization; `null` for the instance, and for an organization that is gone. */
  readonly name: string | null;
}

export interface NamedVerification extends NamedChain {
  readonly verification: Verification;
}

/** Chains that rows belong to are found by the index, one by one: there may be many rows. */
const CHAINS = `
  WITH RECURSIVE found AS (
    (SELECT chain FROM audit_event ORDER BY chain LIMIT 1)
    UNION ALL
    SELECT (SELECT e.chain FROM audit_event e WHERE e.chain > f.chain ORDER BY e.chain LIMIT 1)
    FROM found f WHERE f.chain IS NOT NULL)
  SELECT c.chain, o.name FROM (
    SELECT chain FROM found WHERE chain IS NOT NULL UNION SELECT chain FROM audit_chain
    UNION SELECT id FROM res_organization UNION SELECT '${INSTANCE_CHAIN}'::uuid) AS c
  LEFT JOIN res_organization o ON o.id = c.chain ORDER BY c.chain`;

/** Verifies every trail, from the first event to the last. */
@Injectable()
export class TrailVerifier {
  constructor(
    private readonly dataSource: DataSource,
    private readonly chains: ChainVerifier,
  ) {}

  /**
   * @param known ends that must still be there, or have had their time.
   * @throws SealedError
   */
  async *verifyAll(known: readonly KnownEnd[] = []): AsyncGenerator<NamedVerification> {
    const found = await this.dataSource.query<NamedChain[]>(CHAINS);
    const gone = known.filter(({ chain }) => !found.some((one) => one.chain === chain));
    for (const { chain, name } of [...found, ...gone.map(({ chain: lost }) => ({ chain: lost, name: null }))]) {
      const verification = await this.chains.verify(chain);
      const end = known.find((one) => one.chain === chain);
      yield { chain, name, verification: await this.compare(await this.requireBegun(verification), end) };
    }
  }

  /** An organization's trail begins when the organization is made, so there is none without. */
  private async requireBegun(verification: Verification): Promise<Verification> {
    if (verification.outcome !== 'intact' || verification.end.sequence > 0) return verification;
    const [old] = await this.dataSource.query<object[]>('SELECT 1 FROM audit_event WHERE chain = $1 LIMIT 1', [
      verification.chain,
    ]);
    if (old || verification.chain === INSTANCE_CHAIN) return verification;
    return { ...verification, outcome: 'broken', broken: { sequence: 1, rowId: null, finding: 'missing' } };
  }

  private async compare(verification: Verification, end: KnownEnd | undefined): Promise<Verification> {
    if (!end || verification.outcome === 'broken') return verification;
    const { chain, sequence, hash } = end;
    const [row] = await this.dataSource.query<{ isKept: boolean }[]>(
      `SELECT EXISTS (SELECT FROM audit_event WHERE chain = $1 AND chain_seq = $2 AND hash = decode($3, 'hex'))
           OR EXISTS (SELECT FROM audit_chain WHERE chain = $1
                      AND (base_seq > $2 OR base_seq = $2 AND base_hash = decode($3, 'hex'))) AS "isKept"`,
      [chain, sequence, hash],
    );
    if (sequence === 0 || row?.isKept) return verification;
    return { ...verification, outcome: 'broken', broken: { sequence, rowId: null, finding: 'turned_back' } };
  }
}
