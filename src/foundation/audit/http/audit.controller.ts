import { Readable } from 'node:stream';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentScope, RequireRole, type Scope } from '../../../core/access/index.js';
import { InvalidInputError, RecordNotFoundError, SealedError } from '../../../core/errors/index.js';
import { ApiErrors } from '../../../core/web/index.js';
import { UserDirectory } from '../../base/index.js';
import { AuditService, VERIFY_LIMIT } from '../audit.service.js';
import { AuditFilterQuery, AuditListQuery } from '../dto/audit.query.js';
import { AuditEventPage, ListedAuditEventResponse } from '../dto/audit-event.response.js';
import { TrailQuery, VerificationQuery } from '../dto/trail.query.js';
import { VerificationResponse } from '../dto/verification.response.js';

const WHOSE = "Of one organization, for its admins and for instance admins; with `instance=true` the instance's own.";

@ApiTags('Audit')
@Controller('audit')
export class AuditController {
  constructor(
    private readonly audit: AuditService,
    private readonly users: UserDirectory,
  ) {}

  @Get()
  @RequireRole('admin')
  @ApiOperation({ operationId: 'listAuditEvents', summary: 'List events', description: `${WHOSE} Newest first.` })
  @ApiOkResponse({ type: AuditEventPage })
  @ApiErrors(InvalidInputError, RecordNotFoundError)
  async list(@CurrentScope() scope: Scope, @Query() query: AuditListQuery): Promise<AuditEventPage> {
    const filters = AuditFilterQuery.filtersOf(query);
    const { items, nextCursor } = await this.audit.list(scope, TrailQuery.ownerOf(query), filters, query);
    const users = await this.users.labelsOf(items.map(({ actor }) => actor.userId));
    return {
      items: items.map((row) => ListedAuditEventResponse.labelled(row, users.get(row.actor.userId ?? ''))),
      next_cursor: nextCursor,
    };
  }

  @Get('export')
  @RequireRole('admin')
  @ApiOperation({
    operationId: 'exportAuditEvents',
    summary: 'Export events',
    description: `${WHOSE} Oldest first, as one JSON object a line, each like an item of the list but for the names of users. The export itself is audited.`,
  })
  @ApiProduces('application/x-ndjson')
  @ApiOkResponse({ description: 'Lines of JSON.', schema: { type: 'string' } })
  @ApiErrors(InvalidInputError, RecordNotFoundError)
  async export(
    @CurrentScope() scope: Scope,
    @Query() query: AuditFilterQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const lines = await this.audit.export(scope, TrailQuery.ownerOf(query), AuditFilterQuery.filtersOf(query));
    reply.header('content-type', 'application/x-ndjson; charset=utf-8');
    reply.header('content-disposition', 'attachment; filename="audit.ndjson"');
    // Fastify would read a whole stream to answer HEAD.
    await reply.send(request.method === 'HEAD' ? Readable.from([]) : lines);
  }

  @Get('verification')
  @RequireRole('admin')
  @ApiOperation({
    operationId: 'verifyAuditEvents',
    summary: 'Verify that no event was changed, removed or added',
    description: `${WHOSE} Checks up to ${VERIFY_LIMIT.toLocaleString('en')} events a call and names the first that is not as it was written.`,
  })
  @ApiOkResponse({ type: VerificationResponse })
  @ApiErrors(InvalidInputError, RecordNotFoundError, SealedError)
  async verify(@CurrentScope() scope: Scope, @Query() query: VerificationQuery): Promise<VerificationResponse> {
    return VerificationResponse.from(await this.audit.verify(scope, TrailQuery.ownerOf(query), query.after));
  }
}
