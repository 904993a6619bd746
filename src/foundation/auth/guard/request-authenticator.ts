import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { Authenticator, Scope, type Role } from '../../../core/access/index.js';
import { clientOf, placeOf, type Client } from '../client.js';
import { SessionCookie } from '../sessions/session-cookie.js';
import {
  FIND_SESSION,
  FIND_TOKEN,
  TOUCH_SESSION,
  TOUCH_TOKEN,
  type SessionRow,
  type TokenRow,
} from './caller.queries.js';
import { presentedBy } from './presented-credential.js';

/** Recognises a caller by his Bearer token or session cookie, with one query. */
@Injectable()
export class RequestAuthenticator extends Authenticator {
  constructor(
    private readonly dataSource: DataSource,
    private readonly cookie: SessionCookie,
  ) {
    super();
  }

  async authenticate(request: FastifyRequest): Promise<Scope | null> {
    const credential = presentedBy(request, this.cookie);
    if (!credential) return null;
    const { kind, hash } = credential;
    return kind === 'token' ? this.byToken(hash, clientOf(request)) : this.bySession(hash, clientOf(request));
  }

  private async bySession(hash: Buffer, client: Client): Promise<Scope | null> {
    const [row] = await this.dataSource.query<SessionRow[]>(FIND_SESSION, [hash]);
    if (!row) return null;
    if (row.isTouchDue) await this.dataSource.query(TOUCH_SESSION, [row.sessionId, client.address]);
    return sessionScope(row, client);
  }

  private async byToken(hash: Buffer, client: Client): Promise<Scope | null> {
    const [row] = await this.dataSource.query<TokenRow[]>(FIND_TOKEN, [hash]);
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
