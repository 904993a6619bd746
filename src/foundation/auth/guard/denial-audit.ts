import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Authenticator, type Scope } from '../../../core/access/index.js';
import { AuditLog, type AuditEntry } from '../../../core/ports/index.js';
import { isUuid } from '../../../core/web/index.js';
import { clientOf, signInScope } from '../client.js';
import { DenialNotes } from '../denials/denial-notes.js';
import { limitedPlaceOf } from '../limited-place.js';
import { EndedCredentials } from './ended-credentials.js';

/** Why a caller did not get through; a record of another organization is `not_found`, like one that does not exist. */
export type DenialReason = 'forbidden' | 'not_found';

/** How long a denial that anybody can repeat is not written down again. */
const NOTE_SECONDS = 60;

/** Writes down that somebody was refused. */
@Injectable()
export class DenialAudit {
  constructor(
    private readonly audit: AuditLog,
    private readonly notes: DenialNotes,
    private readonly ended: EndedCredentials,
    private readonly authenticator: Authenticator,
  ) {}

  /** Each denial of a signed-in caller. */
  async record(request: FastifyRequest, reason: DenialReason): Promise<void> {
    if (request.scope) await this.audit.record(request.scope, denialOf(request, request.scope, reason));
  }

  /**
   * A signed-in caller whose browser a foreign page used: once a minute for each session. The guard has not seen the
   * request, which must not keep the session awake either.
   */
  async recordForeignPage(request: FastifyRequest): Promise<void> {
    const scope = await this.authenticator.recognise(request);
    if (!scope) return;
    const note = { key: ['csrf', scope.actor.sessionId ?? scope.actor.tokenId ?? ''], seconds: NOTE_SECONDS };
    await this.notes.recordOnce(scope, note, denialOf(request, scope, 'csrf'));
  }

  /** A caller who is no longer signed in: once a minute for each credential. One that never was leaves nothing. */
  async recordEnded(request: FastifyRequest): Promise<void> {
    const found = await this.ended.find(request);
    if (!found) return;
    const { scope, reason, credential } = found;
    const note = { key: ['ended', credential.toString('hex')], seconds: NOTE_SECONDS };
    await this.notes.recordOnce(scope, note, denialOf(request, scope, reason));
  }

  /** A one-time link that is wrong, used or expired: once a minute for each address. */
  async recordWrongLink(request: FastifyRequest): Promise<void> {
    const client = clientOf(request);
    const note = { key: ['link', limitedPlaceOf(client.address)], seconds: NOTE_SECONDS };
    await this.notes.recordOnce(signInScope(client), note, {
      organizationId: null,
      action: 'auth.link_refused',
      result: 'denied',
      facts: { method: request.method, route: request.routeOptions.url ?? null },
    });
  }
}

function denialOf(request: FastifyRequest, scope: Scope, reason: string): AuditEntry {
  const id = recordOf(request);
  return {
    organizationId: scope.organizationId,
    action: 'access.denied',
    result: 'denied',
    ...(isUuid(id) && { recordId: id.toLowerCase() }),
    facts: { method: request.method, route: request.routeOptions.url ?? null, reason },
  };
}

/** The record that the path names, or the body of a command. */
function recordOf({ params, body }: FastifyRequest): unknown {
  const { id } = (params ?? {}) as { id?: unknown };
  const { record_id: commanded } = (body ?? {}) as { record_id?: unknown };
  return id ?? commanded;
}
