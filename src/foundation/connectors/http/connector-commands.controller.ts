import { Body, Controller, Get, HttpCode, HttpStatus, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, RequireRole, SignedIn, type Scope } from '../../../core/access/index.js';
import { ConnectorConfigError, ParamKeyError } from '../../../core/connectors/index.js';
import { SecretUnreadableError } from '../../../core/crypto/index.js';
import {
  InvalidInputError,
  RecordNotFoundError,
  SealedError,
  TooManyRequestsError,
} from '../../../core/errors/index.js';
import { ApiErrors, BodyLimit, CommandRoute, MEBIBYTE, UuidParam, Versioned } from '../../../core/web/index.js';
import { ConnectorCommands } from '../connector.commands.js';
import {
  ConfirmationRequiredError,
  DraftMismatchError,
  ImportRefusedError,
  InvalidImportError,
  InvalidParamError,
  NotConnectedError,
  ProviderUnavailableError,
  SecretRequiredError,
  UnknownCategoryError,
  UnknownProviderError,
} from '../connectors.errors.js';
import { DraftTester } from '../draft-tester.js';
import { ConfigQuery, ConfigResponse } from '../dto/config.response.js';
import { ConnectorResponse } from '../dto/connector.response.js';
import { ImportConfigDto } from '../dto/import-config.dto.js';
import { ImportConfigResponse } from '../dto/import-config.response.js';
import { ParamEntryDto } from '../dto/param-entry.dto.js';
import { TestConnectorDto, TestDraftDto } from '../dto/test-connector.dto.js';
import { TestResultResponse } from '../dto/test-result.response.js';

@ApiTags('Connectors')
@Controller('connectors')
export class ConnectorCommandsController {
  constructor(
    private readonly commands: ConnectorCommands,
    private readonly drafts: DraftTester,
  ) {}

  @Post('test')
  @HttpCode(HttpStatus.OK)
  @RequireRole('admin')
  @ApiOperation({
    operationId: 'testConnectorDraft',
    summary: 'Test a draft that is not saved',
    description:
      'With `connector_id`, what the draft leaves out comes from that connector, secrets only for the same target.',
  })
  @ApiOkResponse({ type: TestResultResponse })
  @ApiErrors(
    InvalidInputError,
    RecordNotFoundError,
    UnknownCategoryError,
    UnknownProviderError,
    DraftMismatchError,
    InvalidParamError,
    SecretRequiredError,
    TooManyRequestsError,
    SealedError,
  )
  async testDraft(@CurrentScope() scope: Scope, @Body() body: TestDraftDto): Promise<TestResultResponse> {
    const draft = {
      category: body.category,
      providerType: body.provider_type,
      entries: body.param_ids.map(ParamEntryDto.toEntry),
      ...(body.connector_id !== undefined && { connectorId: body.connector_id.toLowerCase() }),
    };
    return TestResultResponse.ofReport(await this.drafts.test(scope, draft, TestConnectorDto.toOptions(body)));
  }

  @Post(':id/test')
  @HttpCode(HttpStatus.OK)
  @RequireRole('admin')
  @CommandRoute('ir.connector.test_connection')
  @ApiOperation({
    operationId: 'testConnector',
    summary: 'Test a connector against its remote service',
    description: 'Stores the outcome on the connector. A refused login is a normal answer with `success: false`.',
  })
  @ApiOkResponse({ type: TestResultResponse })
  @ApiErrors(InvalidInputError, RecordNotFoundError, ProviderUnavailableError, TooManyRequestsError, SealedError)
  async test(
    @CurrentScope() scope: Scope,
    @UuidParam('id') id: string,
    @Body() body: TestConnectorDto,
  ): Promise<TestResultResponse> {
    return this.commands.testConnection(scope, id, body);
  }

  @Post(':id/activate')
  @HttpCode(HttpStatus.OK)
  @RequireRole('admin')
  @CommandRoute('ir.connector.activate')
  @Versioned()
  @ApiOperation({
    operationId: 'activateConnector',
    summary: 'Activate a connector',
    description: 'Needs `status = connected`. Idempotent.',
  })
  @ApiOkResponse({ type: ConnectorResponse })
  @ApiErrors(RecordNotFoundError, NotConnectedError, SealedError)
  async activate(@CurrentScope() scope: Scope, @UuidParam('id') id: string): Promise<ConnectorResponse> {
    return this.commands.activate(scope, id);
  }

  @Post(':id/deactivate')
  @HttpCode(HttpStatus.OK)
  @RequireRole('admin')
  @CommandRoute('ir.connector.deactivate')
  @Versioned()
  @ApiOperation({
    operationId: 'deactivateConnector',
    summary: 'Deactivate a connector',
    description: 'Takes it out of routing; documents stay readable. Idempotent.',
  })
  @ApiOkResponse({ type: ConnectorResponse })
  @ApiErrors(RecordNotFoundError, SealedError)
  async deactivate(@CurrentScope() scope: Scope, @UuidParam('id') id: string): Promise<ConnectorResponse> {
    return this.commands.deactivate(scope, id);
  }

  @Post(':id/import-config')
  @HttpCode(HttpStatus.OK)
  @RequireRole('admin')
  @CommandRoute('ir.connector.import_config')
  @BodyLimit(2 * MEBIBYTE)
  @ApiOperation({
    operationId: 'importConnectorConfig',
    summary: "Import a vendor's JSON as params",
    description: 'Nested objects become dot-notation keys. All or nothing; `dry_run` tells what would be done.',
  })
  @ApiOkResponse({ type: ImportConfigResponse })
  @ApiErrors(
    InvalidInputError,
    InvalidImportError,
    ParamKeyError,
    RecordNotFoundError,
    ProviderUnavailableError,
    ImportRefusedError,
    InvalidParamError,
    SecretRequiredError,
    SealedError,
  )
  async importConfig(
    @CurrentScope() scope: Scope,
    @UuidParam('id') id: string,
    @Body() body: ImportConfigDto,
  ): Promise<ImportConfigResponse> {
    return this.commands.importConfig(scope, id, body);
  }

  @Get(':id/config')
  @SignedIn()
  @CommandRoute('ir.connector.get_config')
  @ApiOperation({
    operationId: 'getConnectorConfig',
    summary: 'Get the assembled config',
    description:
      'Secret leaves are left out and named. `reveal=true` answers them to a token with `secrets:read` or a confirmed session.',
  })
  @ApiOkResponse({ type: ConfigResponse })
  @ApiErrors(
    InvalidInputError,
    RecordNotFoundError,
    ConfirmationRequiredError,
    SecretUnreadableError,
    ConnectorConfigError,
    SealedError,
  )
  async config(
    @CurrentScope() scope: Scope,
    @UuidParam('id') id: string,
    @Query() query: ConfigQuery,
  ): Promise<ConfigResponse> {
    return this.commands.getConfig(scope, id, query);
  }
}
