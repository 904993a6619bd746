import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, RequireRole, SignedIn, type Scope } from '../../../core/access/index.js';
import {
  InvalidInputError,
  ReadOnlyFieldError,
  RecordNotFoundError,
  SealedError,
  TooManyRequestsError,
} from '../../../core/errors/index.js';
import { ApiErrors, Idempotent, IfMatch, UuidParam, Versioned } from '../../../core/web/index.js';
import { ConnectorCreator } from '../connector-creator.js';
import { ConnectorList } from '../connector-list.js';
import { ConnectorPresenter } from '../connector.presenter.js';
import { ConnectorRemover } from '../connector-remover.js';
import { ConnectorStore } from '../connector-store.js';
import { ConnectorUpdater, type ConnectorChange } from '../connector-updater.js';
import {
  ConnectorInUseError,
  InvalidParamError,
  SecretRequiredError,
  UnknownCategoryError,
  UnknownProviderError,
} from '../connectors.errors.js';
import { ConnectorListQuery } from '../dto/connector-list.query.js';
import { ConnectorPage, ConnectorResponse } from '../dto/connector.response.js';
import { CreateConnectorDto } from '../dto/create-connector.dto.js';
import { DeleteConnectorQuery } from '../dto/delete-connector.query.js';
import { ParamEntryDto } from '../dto/param-entry.dto.js';
import { UpdateConnectorDto } from '../dto/update-connector.dto.js';

@ApiTags('Connectors')
@Controller('connectors')
export class ConnectorsController {
  constructor(
    private readonly connectorList: ConnectorList,
    private readonly store: ConnectorStore,
    private readonly creator: ConnectorCreator,
    private readonly updater: ConnectorUpdater,
    private readonly remover: ConnectorRemover,
    private readonly presenter: ConnectorPresenter,
  ) {}

  @Get()
  @SignedIn()
  @ApiOperation({
    operationId: 'listConnectors',
    summary: 'List connectors',
    description: 'Of one organization, newest first. Secrets are masked.',
  })
  @ApiOkResponse({ type: ConnectorPage })
  @ApiErrors(InvalidInputError, RecordNotFoundError, SealedError)
  async list(@CurrentScope() scope: Scope, @Query() query: ConnectorListQuery): Promise<ConnectorPage> {
    const { items, nextCursor } = await this.connectorList.list(scope, ConnectorListQuery.toRequest(query));
    return { items: await Promise.all(items.map((item) => this.presenter.present(item))), next_cursor: nextCursor };
  }

  @Post()
  @RequireRole('admin')
  @Idempotent()
  @Versioned()
  @ApiOperation({
    operationId: 'createConnector',
    summary: 'Create a connector',
    description: 'Stores a draft, which may be incomplete: `required` is checked by test and use.',
  })
  @ApiCreatedResponse({ type: ConnectorResponse })
  @ApiErrors(
    InvalidInputError,
    RecordNotFoundError,
    UnknownCategoryError,
    UnknownProviderError,
    InvalidParamError,
    TooManyRequestsError,
    SealedError,
  )
  async create(@CurrentScope() scope: Scope, @Body() body: CreateConnectorDto): Promise<ConnectorResponse> {
    const created = await this.creator.create(scope, {
      name: body.name,
      category: body.category,
      providerType: body.provider_type,
      ...(body.organization_id !== undefined && { organizationId: body.organization_id.toLowerCase() }),
      ...(body.is_default !== undefined && { isDefault: body.is_default }),
      ...(body.param_ids !== undefined && { entries: body.param_ids.map(ParamEntryDto.toEntry) }),
      ...(body.config !== undefined && { config: body.config }),
    });
    return this.presenter.present(created);
  }

  @Get(':id')
  @SignedIn()
  @Versioned()
  @ApiOperation({
    operationId: 'getConnector',
    summary: 'Get a connector',
    description: 'Secrets are masked: `is_set` tells whether one is stored.',
  })
  @ApiOkResponse({ type: ConnectorResponse })
  @ApiErrors(RecordNotFoundError, SealedError)
  async get(@CurrentScope() scope: Scope, @UuidParam('id') id: string): Promise<ConnectorResponse> {
    return this.presenter.present(await this.store.load(scope, id));
  }

  @Put(':id')
  @RequireRole('admin')
  @Versioned()
  @ApiOperation({
    operationId: 'updateConnector',
    summary: 'Update a connector',
    description:
      'Sets the given writable fields. `param_ids`, when given, is the whole list; an entry without `value` keeps what is stored.',
  })
  @ApiOkResponse({ type: ConnectorResponse })
  @ApiErrors(
    InvalidInputError,
    ReadOnlyFieldError,
    RecordNotFoundError,
    InvalidParamError,
    SecretRequiredError,
    TooManyRequestsError,
    SealedError,
  )
  async replace(
    @CurrentScope() scope: Scope,
    @UuidParam('id') id: string,
    @IfMatch() ifMatch: number | null,
    @Body() body: UpdateConnectorDto,
  ): Promise<ConnectorResponse> {
    return this.presenter.present(await this.updater.update(scope, id, toChange(body, 'replace', ifMatch)));
  }

  @Patch(':id')
  @RequireRole('admin')
  @Versioned()
  @ApiOperation({
    operationId: 'patchConnector',
    summary: 'Update a connector, merging its params',
    description: 'Like PUT, but `param_ids` is merged by key; an entry with `clear` removes one.',
  })
  @ApiOkResponse({ type: ConnectorResponse })
  @ApiErrors(
    InvalidInputError,
    ReadOnlyFieldError,
    RecordNotFoundError,
    InvalidParamError,
    SecretRequiredError,
    TooManyRequestsError,
    SealedError,
  )
  async merge(
    @CurrentScope() scope: Scope,
    @UuidParam('id') id: string,
    @IfMatch() ifMatch: number | null,
    @Body() body: UpdateConnectorDto,
  ): Promise<ConnectorResponse> {
    return this.presenter.present(await this.updater.update(scope, id, toChange(body, 'merge', ifMatch)));
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @RequireRole('admin')
  @ApiOperation({
    operationId: 'deleteConnector',
    summary: 'Delete a connector',
    description:
      'Refused while something uses it; `documents=forget` drops the records of documents whose bucket is lost.',
  })
  @ApiNoContentResponse()
  @ApiErrors(RecordNotFoundError, ConnectorInUseError, TooManyRequestsError)
  async delete(
    @CurrentScope() scope: Scope,
    @UuidParam('id') id: string,
    @IfMatch() ifMatch: number | null,
    @Query() query: DeleteConnectorQuery,
  ): Promise<void> {
    await this.remover.remove(scope, id, { ifMatch, forgetDocuments: query.documents === 'forget' });
  }
}

function toChange(body: UpdateConnectorDto, mode: 'replace' | 'merge', ifMatch: number | null): ConnectorChange {
  return {
    mode,
    ifMatch,
    body: body as unknown as Record<string, unknown>,
    ...(body.name !== undefined && { name: body.name }),
    ...(body.is_default !== undefined && { isDefault: body.is_default }),
    ...(body.param_ids !== undefined && { entries: body.param_ids.map(ParamEntryDto.toEntry) }),
    ...(body.config !== undefined && { config: body.config }),
    ...(body.version !== undefined && { version: body.version }),
  };
}
