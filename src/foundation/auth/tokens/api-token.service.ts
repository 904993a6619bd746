import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Scope, TokenScope } from '../../../core/access/index.js';
import { ForbiddenError, InvalidInputError, RecordNotFoundError } from '../../../core/errors/index.js';
import { AuditLog } from '../../../core/ports/index.js';
import type { PageQuery } from '../../../core/web/index.js';
import { newId, TransactionRunner } from '../../../persistence/index.js';
import { OrganizationService, positionOf } from '../../base/index.js';
import { ConfirmationRequiredError, TokenExpiryError } from '../auth.errors.js';
import { API_TOKEN_PREFIX, newOpaqueToken } from '../opaque-token.js';
import type { ApiToken } from './api-token.entity.js';

export const TOKENS = 'tokens';
const COLUMNS = `id, user_id AS "userId", organization_id AS "organizationId", name, scopes,
  created_at AS "createdAt", last_used_at AS "lastUsedAt", expires_at AS "expiresAt"`;
const MEMBER_SCOPES: readonly TokenScope[] = ['read'];
const ADMIN_SCOPES: readonly TokenScope[] = ['read', 'write', 'send', 'admin'];

/** A token as its owner sees it, without its text. */
export type ApiTokenRecord = Omit<ApiToken, 'tokenHash'>;

export interface ApiTokenInput {
  readonly name: string;
  /** Default: all that the user may in the organization, without `secrets:read`. */
  readonly scopes?: readonly TokenScope[];
  /** Default: the session's. */
  readonly organizationId?: string;
  /** `null`: never. */
  readonly expiresAt: Date | null;
}

/** A user's own API tokens. */
@Injectable()
export class ApiTokenService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: TransactionRunner,
    private readonly organizations: OrganizationService,
    private readonly audit: AuditLog,
  ) {}

  /** Newest first; one more than `query.limit` when there are more. */
  list(scope: Scope, query: PageQuery): Promise<ApiTokenRecord[]> {
    const [createdAt, id] = positionOf(TOKENS, query);
    return this.dataSource.query<ApiTokenRecord[]>(
      `SELECT ${COLUMNS} FROM auth_token
       WHERE user_id = $1 AND created_at > (SELECT coalesce(disabled_at, '-infinity') FROM res_user WHERE id = $1)
         AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))
       ORDER BY created_at DESC, id DESC LIMIT $4`,
      [scope.actor.userId, createdAt, id, query.limit + 1],
    );
  }

  /**
   * @returns the token with its text, which is nowhere else.
   * @throws ForbiddenError for a scope above the user's role, ConfirmationRequiredError for `secrets:read` without a
   * fresh confirmation, RecordNotFoundError for a foreign organization, TokenExpiryError.
   */
  async create(scope: Scope, input: ApiTokenInput): Promise<{ record: ApiTokenRecord; text: string }> {
    const organizationId = await this.organizationFor(scope, input.organizationId);
    const scopes = scopesFor(scope, organizationId, input.scopes);
    if (input.expiresAt !== null && input.expiresAt <= new Date()) throw new TokenExpiryError();
    const { text, hash } = newOpaqueToken(API_TOKEN_PREFIX);
    const id = newId();
    return this.transactions.run(async (tx) => {
      const [record] = await tx.query<ApiTokenRecord>(
        `INSERT INTO auth_token (id, user_id, organization_id, name, token_hash, scopes, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
        [id, scope.actor.userId, organizationId, input.name, hash, scopes, input.expiresAt],
      );
      if (!record) throw new RecordNotFoundError();
      await this.audit.write(tx, scope, {
        organizationId,
        action: 'token.created',
        recordType: 'auth.token',
        recordId: id,
        facts: { scopes: scopes.join(' ') },
      });
      return { record, text };
    });
  }

  /** The token stops working at once. @throws RecordNotFoundError when it is not one of the caller's. */
  async remove(scope: Scope, id: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      const [removed] = await tx.query<{ organizationId: string }>(
        'DELETE FROM auth_token WHERE id = $1 AND user_id = $2 RETURNING organization_id AS "organizationId"',
        [id, scope.actor.userId],
      );
      if (!removed) throw new RecordNotFoundError();
      await this.audit.write(tx, scope, {
        organizationId: removed.organizationId,
        action: 'token.deleted',
        recordType: 'auth.token',
        recordId: id,
      });
    });
  }

  private async organizationFor(scope: Scope, wanted: string | undefined): Promise<string> {
    const organizationId = wanted ?? scope.organizationId;
    if (organizationId === null) {
      const message = 'is needed: the session has no organization';
      throw new InvalidInputError([{ pointer: '/organization_id', code: 'required', message }]);
    }
    return (await this.organizations.get(scope, organizationId)).id;
  }
}

function scopesFor(scope: Scope, organizationId: string, wanted?: readonly TokenScope[]): TokenScope[] {
  const allowed = scope.roleIn(organizationId) === 'admin' ? ADMIN_SCOPES : MEMBER_SCOPES;
  if (!wanted) return [...allowed];
  const ordinary = wanted.filter((tokenScope) => tokenScope !== 'secrets:read');
  if (!ordinary.every((tokenScope) => allowed.includes(tokenScope))) throw new ForbiddenError();
  if (ordinary.length < wanted.length) requireRevealer(scope, organizationId);
  return [...wanted];
}

/** Only who could reveal secrets himself may give a token that can. */
function requireRevealer(scope: Scope, organizationId: string): void {
  if (scope.canReveal(organizationId)) return;
  const isMember = scope.memberships.has(organizationId);
  const isAdmin = isMember && scope.roleIn(organizationId) === 'admin';
  throw isAdmin ? new ConfirmationRequiredError() : new ForbiddenError();
}
