import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, RequireRole, SignedIn, type Scope } from '../../../core/access/index.js';
import { InvalidInputError, RecordNotFoundError } from '../../../core/errors/index.js';
import { AuditTrail } from '../../../core/ports/index.js';
import { ApiErrors, PageQuery, UuidParam } from '../../../core/web/index.js';
import { UserDirectory } from '../../base/index.js';
import { CheckHistory } from '../check-history.js';
import { ConnectorRemover } from '../connector-remover.js';
import { ConnectorStore } from '../connector-store.js';
import {
  CheckPageResponse,
  CheckResponse,
  ConnectorAuditPage,
  ConnectorAuditResponse,
  UsagePage,
} from '../dto/connector-history.response.js';

@ApiTags('Connectors')
@Controller('connectors/:id')
export class ConnectorHistoryController {
  constructor(
    private readonly store: ConnectorStore,
    private readonly history: CheckHistory,
    private readonly remover: ConnectorRemover,
    private readonly trail: AuditTrail,
    private readonly users: UserDirectory,
  ) {}

  @Get('checks')
  @SignedIn()
  @ApiOperation({
    operationId: 'listConnectorChecks',
    summary: 'List past tests',
    description: 'Newest first; the last 200 are kept.',
  })
  @ApiOkResponse({ type: CheckPageResponse })
  @ApiErrors(InvalidInputError, RecordNotFoundError)
  async checks(
    @CurrentScope() scope: Scope,
    @UuidParam('id') id: string,
    @Query() page: PageQuery,
  ): Promise<CheckPageResponse> {
    await this.store.find(scope, id);
    const { items, nextCursor } = await this.history.list(id, page);
    return { items: items.map(CheckResponse.from), next_cursor: nextCursor };
  }

  @Get('audit')
  @RequireRole('admin')
  @ApiOperation({
    operationId: 'listConnectorAudit',
    summary: 'List changes',
    description: 'Who changed which keys, newest first; never values.',
  })
  @ApiOkResponse({ type: ConnectorAuditPage })
  @ApiErrors(InvalidInputError, RecordNotFoundError)
  async audit(
    @CurrentScope() scope: Scope,
    @UuidParam('id') id: string,
    @Query() page: PageQuery,
  ): Promise<ConnectorAuditPage> {
    const connector = await this.store.find(scope, id);
    scope.requireAdmin(connector.organizationId);
    const { items, nextCursor } = await this.trail.list(connector.organizationId, 'ir.connector', id, page);
    const users = await this.users.labelsOf(items.map(({ actor }) => actor.userId));
    return {
      items: items.map((row) => ConnectorAuditResponse.from(row, users.get(row.actor.userId ?? ''))),
      next_cursor: nextCursor,
    };
  }

  @Get('usages')
  @SignedIn()
  @ApiOperation({
    operationId: 'listConnectorUsages',
    summary: 'List who uses the connector',
    description: 'Kinds with a count above zero.',
  })
  @ApiOkResponse({ type: UsagePage })
  @ApiErrors(RecordNotFoundError)
  async usages(@CurrentScope() scope: Scope, @UuidParam('id') id: string): Promise<UsagePage> {
    return { items: await this.remover.usages(scope, id), next_cursor: null };
  }
}
