import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { Scope } from '../../../core/access/index.js';
import { clientOf, placeOf } from '../client.js';
import { SessionCookie } from '../sessions/session-cookie.js';
import { presentedBy } from './presented-credential.js';

/** What once signed somebody in. */
export interface FoundCredential {
  /** Names its user; reaches nothing. */
  readonly scope: Scope;
  readonly reason: 'credential_ended' | 'user_disabled';
  /** Its SHA-256. */
  readonly credential: Buffer;
}

interface CredentialRow {
  readonly sessionId: string | null;
  readonly tokenId: string | null;
  readonly userId: string;
  readonly organizationId: string | null;
  readonly isActive: boolean;
}

/** $1: hash of what was presented. Whether it is still good is not asked: the guard has judged that. */
const FIND = `
  SELECT c.*, u.is_active AS "isActive"
  FROM (
    SELECT id AS "sessionId", NULL::uuid AS "tokenId", user_id AS "userId", NULL::uuid AS "organizationId"
    FROM auth_session WHERE token_hash = $1
    UNION ALL SELECT NULL, id, user_id, organization_id FROM auth_token WHERE token_hash = $1
    UNION ALL SELECT session_id, token_id, user_id, organization_id FROM auth_ended_credential WHERE token_hash = $1
  ) c JOIN res_user u ON u.id = c."userId" LIMIT 1`;

/** Tells a session or API token that has ended, or whose user is disabled, from one that never was. */
@Injectable()
export class EndedCredentials {
  constructor(
    private readonly dataSource: DataSource,
    private readonly cookie: SessionCookie,
  ) {}

  /** @param request one that the guard did not recognise. @returns `null` when it presents nothing, or what is made up. */
  async find(request: FastifyRequest): Promise<FoundCredential | null> {
    const presented = presentedBy(request, this.cookie);
    if (!presented) return null;
    const [row] = await this.dataSource.query<CredentialRow[]>(FIND, [presented.hash]);
    if (!row) return null;
    const { userId, sessionId, tokenId, organizationId } = row;
    const scope = new Scope({
      actor: { kind: 'user', userId, sessionId, tokenId, ...placeOf(clientOf(request)) },
      memberships: new Map(),
      isInstanceAdmin: false,
      organizationId,
      tokenScopes: null,
    });
    return { scope, reason: row.isActive ? 'credential_ended' : 'user_disabled', credential: presented.hash };
  }
}
