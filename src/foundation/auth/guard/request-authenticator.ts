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

interface Found {
  readonly scope: Scope;
  readonly isTouchDue: boolean;
}

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
    const found = await this.find(request);
    if (found?.isTouchDue) await this.touch(found.scope);
    return found?.scope ?? null;
  }

  async recognise(request: FastifyRequest): Promise<Scope | null> {
    return (await this.find(request))?.scope ?? null;
  }

  private async find(request: FastifyRequest): Promise<Found | null> {
    const credential = presentedBy(request, this.cookie);
    if (!credential) return null;
    const client = clientOf(request);
    if (credential.kind === 'token') {
      const [row] = await this.dataSource.query<TokenRow[]>(FIND_TOKEN, [credential.hash]);
      return row ? { scope: tokenScope(row, client), isTouchDue: row.isTouchDue } : null;
    }
    const [row] = await this.dataSource.query<SessionRow[]>(FIND_SESSION, [credential.hash]);
    return row ? { scope: sessionScope(row, client), isTouchDue: row.isTouchDue } : null;
  }

  private async touch({ actor: { sessionId, tokenId, address } }: Scope): Promise<void> {
    if (sessionId !== null) await this.dataSource.query(TOUCH_SESSION, [sessionId, address]);
    else await this.dataSource.query(TOUCH_TOKEN, [tokenId]);
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
