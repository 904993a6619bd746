import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import { InvalidInputError } from '../../core/errors/index.js';
import { AuditLog, type AuditTrailPage } from '../../core/ports/index.js';
import { chainOf, organizationOf } from './chain/chain-link.js';
import { ChainVerifier } from './chain/chain-verifier.js';
import type { Verification } from './chain/verification.js';
import { AuditEventResponse } from './dto/audit-event.response.js';
import { FILTER_NAMES, type AuditFilter } from './reading/audit-filter.js';
import { AuditReader, type PageRequest } from './reading/audit-reader.js';
import { trailRowOf } from './reading/stored-row.js';

/** Rows that one call verifies at most: what comes after is left to the next. */
export const VERIFY_LIMIT = 20_000;

/** Whose trail: an organization's, the caller's own when it is left out, or that of the instance. */
export interface TrailOwner {
  readonly organizationId?: string;
  readonly isInstance: boolean;
}

export type Filters = Omit<AuditFilter, 'chain'>;

/** The audit trail, for admins of its organization and for instance admins. */
@Injectable()
export class AuditService {
  constructor(
    private readonly reader: AuditReader,
    private readonly verifier: ChainVerifier,
    private readonly audit: AuditLog,
  ) {}

  /** Newest first. @throws RecordNotFoundError for a foreign organization, ForbiddenError for a member. */
  list(scope: Scope, owner: TrailOwner, filters: Filters, page: PageRequest): Promise<AuditTrailPage> {
    return this.reader.page({ ...filters, chain: chainFor(scope, owner) }, page);
  }

  /**
   * Lines of JSON, oldest first; reads on as fast as they are taken. That it was exported is audited before it begins.
   * @throws RecordNotFoundError for a foreign organization, ForbiddenError for a member.
   */
  async export(scope: Scope, owner: TrailOwner, filters: Filters): Promise<Readable> {
    const filter = { ...filters, chain: chainFor(scope, owner) };
    const names = FILTER_NAMES.filter((name) => filter[name] !== undefined);
    await this.audit.record(scope, {
      organizationId: organizationOf(filter.chain),
      action: 'audit.exported',
      facts: { filters: names.join(' ') },
    });
    return Readable.from(this.lines(filter));
  }

  /** Checks up to {@link VERIFY_LIMIT} rows. @throws RecordNotFoundError, ForbiddenError, SealedError */
  verify(scope: Scope, owner: TrailOwner, after?: number): Promise<Verification> {
    return this.verifier.verify(chainFor(scope, owner), { limit: VERIFY_LIMIT, ...(after !== undefined && { after }) });
  }

  private async *lines(filter: AuditFilter): AsyncGenerator<string> {
    for await (const row of this.reader.all(filter)) {
      yield `${JSON.stringify(AuditEventResponse.from(trailRowOf(row)))}\n`;
    }
  }
}

function chainFor(scope: Scope, { organizationId, isInstance }: TrailOwner): string {
  if (isInstance) {
    scope.requireInstanceAdmin();
    if (organizationId === undefined) return chainOf(null);
    const message = 'cannot be given together with `instance`';
    throw new InvalidInputError([{ pointer: 'organization_id', code: 'invalid', message }]);
  }
  const wanted = organizationId?.toLowerCase() ?? scope.organizationId;
  if (wanted === null) {
    const message = 'is needed: the session has no organization';
    throw new InvalidInputError([{ pointer: 'organization_id', code: 'required', message }]);
  }
  scope.requireAdmin(wanted);
  return wanted;
}
