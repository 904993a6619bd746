import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { Authenticator, Scope, type Role } from '../../../core/access/index.js';
import { clientOf, placeOf, type Client } from '../client.js';
import { hashToken } from '../opaque-token.js';
import { SessionCookie } from '../sessions/session-cookie.js';
import {
  FIND_SESSION,
  FIND_TOKEN,
  TOUCH_SESSION,
  TOUCH_TOKEN,
  type SessionRow,
  type TokenRow,
} from './caller.queries.js';

const BEARER = /^Bearer +([A-Za-z0-9_-]{1,256}) *$/i;

/**
 * Recognises a caller by his Bearer token or session cookie, with one query. A request with an `Authorization` header
 * is judged by that header alone.
 */
@Injectable()
export class RequestAuthenticator extends Authenticator {
  constructor(
    private readonly dataSource: DataSource,
    private readonly cookie: SessionCookie,
  ) {
    super();
  }

  async authenticate(request: FastifyRequest): Promise<Scope | null> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const token = BEARER.exec(authorization)?.[1];
      return token === undefined ? null : this.byToken(token, clientOf(request));
    }
    const session = this.cookie.read(request);
    return session === null ? null : this.bySession(session, clientOf(request));
  }

  private async bySession(text: string, client: Client): Promise<Scope | null> {
    const [row] = await this.dataSource.query<SessionRow[]>(FIND_SESSION, [hashToken(text)]);
    if (!row) return null;
    if (row.isTouchDue) await this.dataSource.query(TOUCH_SESSION, [row.sessionId, client.address]);
    return sessionScope(row, client);
  }

  private async byToken(text: string, client: Client): Promise<Scope | null> {
    const [row] = await this.dataSource.query<TokenRow[]>(FIND_TOKEN, [hashToken(text)]);
    if (!row) return null;
    if (row.isTouchDue) await this.dataSource.query(TOUCH_TOKEN, [row.tokenId]);
    return tokenScope(row, client);
  }
}

function sessionScope(row: SessionRow, client: Client): Scope {
  const memberships = new Map<string, Role>(Object.entries(row.memberships));
  const isChoiceReachable = row.organizationId !== null && (row.isInstanceAdmin || memberships.has(row.organizationId));
  const [firstMembership = null] = memberships.keys();
  return new Scope({
    actor: { kind: 'user', userId: row.userId, sessionId: row.sessionId, tokenId: null, ...placeOf(client) },
    memberships,
    isInstanceAdmin: row.isInstanceAdmin,
    organizationId: isChoiceReachable ? row.organizationId : firstMembership,
    tokenScopes: null,
    confirmedUntil: row.confirmedUntil,
  });
}

function tokenScope(row: TokenRow, client: Client): Scope {
  return new Scope({
    actor: { kind: 'user', userId: row.userId, sessionId: null, tokenId: row.tokenId, ...placeOf(client) },
    memberships: new Map(row.role === null ? [] : [[row.organizationId, row.role]]),
    isInstanceAdmin: row.isInstanceAdmin,
    organizationId: row.organizationId,
    tokenScopes: new Set(row.scopes),
    boundOrganizationId: row.organizationId,
  });
}
