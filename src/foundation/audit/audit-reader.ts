import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Repository } from 'typeorm';
import { InvalidInputError } from '../../core/errors/index.js';
import { AuditTrail, type AuditTrailPage, type AuditTrailRow } from '../../core/ports/index.js';
import { decodeCursor, encodeCursor } from '../../core/web/index.js';
import { AuditEvent } from './audit-event.entity.js';

/** Reads audit rows of one record, newest first. */
@Injectable()
export class AuditReader extends AuditTrail {
  constructor(@InjectRepository(AuditEvent) private readonly events: Repository<AuditEvent>) {
    super();
  }

  async list(
    organizationId: string,
    recordType: string,
    recordId: string,
    page: { readonly limit: number; readonly cursor?: string },
  ): Promise<AuditTrailPage> {
    const shape = `audit:${organizationId}:${recordType}:${recordId}:-seq`;
    const before = page.cursor === undefined ? null : readSeq(shape, page.cursor);
    const found = await this.events.find({
      where: { organizationId, recordType, recordId, ...(before !== null && { seq: LessThan(before) }) },
      order: { seq: 'DESC' },
      take: page.limit + 1,
    });
    const events = found.slice(0, page.limit);
    const last = events.at(-1);
    const hasMore = found.length > page.limit && last !== undefined;
    return { items: events.map(rowOf), nextCursor: hasMore ? encodeCursor(shape, [Number(last.seq)]) : null };
  }
}

function readSeq(shape: string, cursor: string): string {
  const [seq] = decodeCursor(shape, cursor, ['number']);
  if (!Number.isSafeInteger(seq)) {
    throw new InvalidInputError([{ pointer: 'cursor', code: 'invalid_cursor', message: 'Not a cursor of this list' }]);
  }
  return String(seq);
}

function rowOf(event: AuditEvent): AuditTrailRow {
  return {
    id: event.id,
    at: event.at,
    action: event.action,
    actor: {
      kind: event.actorKind,
      userId: event.actorUserId,
      sessionId: event.actorSessionId,
      tokenId: event.actorTokenId,
    },
    address: event.address,
    requestId: event.requestId,
    recordType: event.recordType,
    recordId: event.recordId,
    changedKeys: event.changedKeys,
    facts: event.facts,
  };
}
