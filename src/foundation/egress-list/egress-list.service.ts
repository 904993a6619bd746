import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Scope } from '../../core/access/index.js';
import { Settings } from '../../core/config/index.js';
import {
  AllowEntryError,
  EgressAllowList,
  EntryReview,
  formatAllowEntry,
  parseAllowEntry,
  type AllowEntry,
} from '../../core/egress/index.js';
import { InvalidInputError, RecordNotFoundError } from '../../core/errors/index.js';
import { AuditLog, type Transaction } from '../../core/ports/index.js';
import { newId, TransactionRunner } from '../../persistence/index.js';
import type { EgressEntry } from './egress-entry.entity.js';
import {
  EgressEntryExistsError,
  EgressEntryTooWideError,
  EgressListFullError,
  EgressNeverAllowedError,
} from './egress-list.errors.js';

/** The list is read whole for decisions and shown whole. */
export const MAX_ENTRIES = 500;
const COLUMNS = 'id, entry, comment, created_by AS "createdBy", created_at AS "createdAt"';
const RECORD_TYPE = 'egress.entry';

export interface EntryInput {
  /** One entry in the grammar of `EDE_EGRESS_ALLOW`. */
  readonly entry: string;
  readonly comment: string;
}

/** The stored part of the allow-list, for instance admins. */
@Injectable()
export class EgressListService implements OnApplicationBootstrap {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: TransactionRunner,
    private readonly allowList: EgressAllowList,
    private readonly review: EntryReview,
    private readonly audit: AuditLog,
    private readonly settings: Settings,
  ) {}

  /** Whoever reads the trail later should see that connectors could reach everything. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.egressPolicy !== 'off') return;
    await this.audit.record(Scope.system(), { organizationId: null, action: 'egress.policy_off' });
  }

  /** Newest first. */
  list(scope: Scope): Promise<EgressEntry[]> {
    scope.requireInstanceAdmin();
    return this.dataSource.query<EgressEntry[]>(
      `SELECT ${COLUMNS} FROM egress_allow_entry ORDER BY created_at DESC, id DESC`,
    );
  }

  /**
   * In force at once in this process, in others within `ALLOW_LIST_BOUND_MS`.
   * @throws InvalidInputError, EgressEntryTooWideError, EgressNeverAllowedError, EgressEntryExistsError, EgressListFullError.
   */
  async add(scope: Scope, input: EntryInput, signal: AbortSignal): Promise<EgressEntry> {
    scope.requireInstanceAdmin();
    const entry = parse(input.entry);
    if (this.review.isTooWide(entry)) throw new EgressEntryTooWideError();
    if ((await this.review.neverOpens(entry, signal)) !== null) throw new EgressNeverAllowedError();
    const wanted = { entry: formatAllowEntry(entry), comment: input.comment };
    const added = await this.transactions.run((tx) => this.addWithin(tx, scope, wanted));
    this.allowList.forget();
    return added;
  }

  /** New connections are refused at once in this process, in others within `ALLOW_LIST_BOUND_MS`. @throws RecordNotFoundError */
  async remove(scope: Scope, id: string): Promise<void> {
    scope.requireInstanceAdmin();
    await this.transactions.run(async (tx) => {
      const [removed] = await tx.query<EgressEntry>(
        `DELETE FROM egress_allow_entry WHERE id = $1 RETURNING ${COLUMNS}`,
        [id],
      );
      if (!removed) throw new RecordNotFoundError();
      await this.record(tx, scope, 'egress.entry_removed', removed);
    });
    this.allowList.forget();
  }

  private async addWithin(tx: Transaction, scope: Scope, { entry, comment }: EntryInput): Promise<EgressEntry> {
    // Readers go on; writers come one after the other, so that the count holds.
    await tx.query('LOCK TABLE egress_allow_entry IN SHARE ROW EXCLUSIVE MODE');
    const [known] = await tx.query<{ total: number; has: boolean }>(
      'SELECT count(*)::int AS total, coalesce(bool_or(entry = $1), false) AS has FROM egress_allow_entry',
      [entry],
    );
    if (known?.has === true) throw new EgressEntryExistsError();
    if ((known?.total ?? 0) >= MAX_ENTRIES) throw new EgressListFullError();
    const [added] = await tx.query<EgressEntry>(
      `INSERT INTO egress_allow_entry (id, entry, comment, created_by) VALUES ($1, $2, $3, $4) RETURNING ${COLUMNS}`,
      [newId(), entry, comment, scope.actor.userId],
    );
    if (!added) throw new EgressEntryExistsError();
    await this.record(tx, scope, 'egress.entry_added', added);
    return added;
  }

  /** An entry is policy, not data of a tenant: a trail that does not name it would be worth nothing. */
  private async record(tx: Transaction, scope: Scope, action: string, { id, entry }: EgressEntry): Promise<void> {
    await this.audit.write(tx, scope, {
      organizationId: null,
      action,
      recordType: RECORD_TYPE,
      recordId: id,
      facts: { entry },
    });
  }
}

function parse(text: string): AllowEntry {
  try {
    return parseAllowEntry(text);
  } catch (error) {
    if (!(error instanceof AllowEntryError)) throw error;
    throw new InvalidInputError([{ pointer: '/entry', code: 'invalid_entry', message: `The entry ${error.problem}` }]);
  }
}
