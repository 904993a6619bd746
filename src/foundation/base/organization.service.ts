import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Scope } from '../../core/access/index.js';
import { KeyRing, type DataKeyRecord } from '../../core/crypto/index.js';
import { RecordNotFoundError } from '../../core/errors/index.js';
import { AuditLog, type Transaction } from '../../core/ports/index.js';
import type { PageQuery } from '../../core/web/index.js';
import { newId, TransactionRunner } from '../../persistence/index.js';
import { SlugTakenError } from './base.errors.js';
import { positionOf } from './created-page.js';
import type { Organization } from './organization.entity.js';
import { distinctSlug, slugOf } from './slug.js';
import { onUniqueViolation } from './unique-violation.js';

export const ORGANIZATIONS = 'organizations';
const COLUMNS = 'id, name, slug, created_at AS "createdAt", updated_at AS "updatedAt"';

export interface OrganizationInput {
  readonly name: string;
  /** Made from the name when it is left out. */
  readonly slug?: string;
}

/** An organization with the data key that was prepared for it. */
export interface NewOrganization extends OrganizationInput {
  readonly dataKey: DataKeyRecord;
}

/** Organizations: each has its own data key. */
@Injectable()
export class OrganizationService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: TransactionRunner,
    private readonly keyRing: KeyRing,
    private readonly audit: AuditLog,
  ) {}

  /** Organizations that the caller reaches, newest first; one more than `query.limit` when there are more. */
  list(scope: Scope, query: PageQuery): Promise<Organization[]> {
    const [createdAt, id] = positionOf(ORGANIZATIONS, query);
    return this.dataSource.query<Organization[]>(
      `SELECT ${COLUMNS} FROM res_organization
       WHERE ($1::uuid[] IS NULL OR id = ANY($1))
         AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))
       ORDER BY created_at DESC, id DESC LIMIT $4`,
      [scope.reachableOrganizationIds, createdAt, id, query.limit + 1],
    );
  }

  /** @throws RecordNotFoundError for an unknown or foreign id. */
  async get(scope: Scope, id: string): Promise<Organization> {
    scope.requireReach(id);
    const [found] = await this.dataSource.query<Organization[]>(
      `SELECT ${COLUMNS} FROM res_organization WHERE id = $1`,
      [id],
    );
    if (!found) throw new RecordNotFoundError();
    return found;
  }

  /** @throws ForbiddenError, SealedError, SlugTakenError when the given slug is taken. */
  async create(scope: Scope, input: OrganizationInput): Promise<Organization> {
    scope.requireInstanceAdmin();
    const dataKey = await this.prepare();
    return this.transactions.run((tx) => this.createWithin(tx, scope, { ...input, dataKey }));
  }

  /**
   * Chooses the id of a new organization and makes its data key; nothing is stored. Holders of keys may be remote, so
   * call it outside of the transaction. @throws SealedError
   */
  prepare(): Promise<DataKeyRecord> {
    return this.keyRing.prepareDataKey(newId());
  }

  /** Stores an organization and its data key in the caller's transaction; checks no right. */
  async createWithin(tx: Transaction, scope: Scope, input: NewOrganization): Promise<Organization> {
    const { name, slug, dataKey } = input;
    const wanted = slug ?? slugOf(name);
    let created = await insert(tx, { id: dataKey.owner, name, slug: wanted });
    if (!created && slug === undefined) {
      created = await insert(tx, { id: dataKey.owner, name, slug: distinctSlug(wanted) });
    }
    if (!created) throw new SlugTakenError();
    await this.keyRing.storeDataKey(tx, dataKey);
    await this.audit.write(tx, scope, {
      organizationId: created.id,
      action: 'organization.created',
      recordType: 'res.organization',
      recordId: created.id,
      changedKeys: ['name', 'slug'],
    });
    return created;
  }

  /** Sets the given fields. @throws RecordNotFoundError, ForbiddenError, SlugTakenError */
  update(scope: Scope, id: string, input: Partial<OrganizationInput>): Promise<Organization> {
    scope.requireAdmin(id);
    return this.transactions
      .run((tx) => this.updateWithin(tx, scope, id, input))
      .catch(onUniqueViolation({ res_organization_slug_key: () => new SlugTakenError() }));
  }

  private async updateWithin(
    tx: Transaction,
    scope: Scope,
    id: string,
    input: Partial<OrganizationInput>,
  ): Promise<Organization> {
    const stored = await lock(tx, id);
    const wanted = { name: input.name ?? stored.name, slug: input.slug ?? stored.slug };
    const changedKeys = (['name', 'slug'] as const).filter((key) => wanted[key] !== stored[key]);
    if (changedKeys.length === 0) return stored;
    const [updated = stored] = await tx.query<Organization>(
      `UPDATE res_organization SET name = $2, slug = $3, updated_at = now() WHERE id = $1 RETURNING ${COLUMNS}`,
      [id, wanted.name, wanted.slug],
    );
    await this.audit.write(tx, scope, {
      organizationId: id,
      action: 'organization.updated',
      recordType: 'res.organization',
      recordId: id,
      changedKeys,
    });
    return updated;
  }
}

async function lock(tx: Transaction, id: string): Promise<Organization> {
  const [stored] = await tx.query<Organization>(
    `SELECT ${COLUMNS} FROM res_organization WHERE id = $1 FOR NO KEY UPDATE`,
    [id],
  );
  if (!stored) throw new RecordNotFoundError();
  return stored;
}

async function insert(
  tx: Transaction,
  { id, name, slug }: Pick<Organization, 'id' | 'name' | 'slug'>,
): Promise<Organization | undefined> {
  const [created] = await tx.query<Organization>(
    `INSERT INTO res_organization (id, name, slug) VALUES ($1, $2, $3)
     ON CONFLICT (slug) DO NOTHING RETURNING ${COLUMNS}`,
    [id, name, slug],
  );
  return created;
}
