import { Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import { CommandBus } from '../../core/commands/index.js';
import { InvalidInputError } from '../../core/errors/index.js';
import { StrictValidationPipe } from '../../core/web/index.js';
import { ConfigImporter, type ImportOutcome } from './config-importer.js';
import { ConfigReader } from './config-reader.js';
import { ConnectorActivator } from './connector-activator.js';
import { ConnectorPresenter } from './connector.presenter.js';
import { ConnectorTester } from './connector-tester.js';
import { ConfigQuery, type ConfigResponse } from './dto/config.response.js';
import type { ConnectorParamResponse } from './dto/connector-param.response.js';
import type { ConnectorResponse } from './dto/connector.response.js';
import { ImportConfigDto } from './dto/import-config.dto.js';
import type { ImportConfigResponse } from './dto/import-config.response.js';
import { TestConnectorDto } from './dto/test-connector.dto.js';
import { TestResultResponse } from './dto/test-result.response.js';
import { readImportSource } from './import-source.js';

/** The five domain commands: one handler each, the same for REST, for dispatch by name and in process. */
@Injectable()
export class ConnectorCommands implements OnModuleInit {
  private readonly validation = new StrictValidationPipe();

  constructor(
    private readonly bus: CommandBus,
    private readonly presenter: ConnectorPresenter,
    private readonly tester: ConnectorTester,
    private readonly activator: ConnectorActivator,
    private readonly importer: ConfigImporter,
    private readonly reader: ConfigReader,
  ) {}

  onModuleInit(): void {
    this.register('test_connection', TestConnectorDto, (scope, id, payload) => this.testConnection(scope, id, payload));
    this.registerBare('activate', (scope, id) => this.activate(scope, id));
    this.registerBare('deactivate', (scope, id) => this.deactivate(scope, id));
    this.register('import_config', ImportConfigDto, (scope, id, payload) => this.importConfig(scope, id, payload));
    this.register('get_config', ConfigQuery, (scope, id, payload) => this.getConfig(scope, id, payload));
  }

  async testConnection(scope: Scope, id: string, payload: TestConnectorDto): Promise<TestResultResponse> {
    return TestResultResponse.from(await this.tester.test(scope, id, TestConnectorDto.toOptions(payload)));
  }

  async activate(scope: Scope, id: string): Promise<ConnectorResponse> {
    return this.presenter.present(await this.activator.activate(scope, id));
  }

  async deactivate(scope: Scope, id: string): Promise<ConnectorResponse> {
    return this.presenter.present(await this.activator.deactivate(scope, id));
  }

  async importConfig(scope: Scope, id: string, payload: ImportConfigDto): Promise<ImportConfigResponse> {
    const outcome = await this.importer.import(scope, id, {
      json: readImportSource(payload),
      mode: payload.mode ?? 'replace',
      isDryRun: payload.dry_run ?? false,
    });
    const { imported, removed, skipped } = outcome;
    const params =
      payload.dry_run === true ? planned(outcome) : (await this.presenter.present(outcome.loaded)).param_ids;
    return { success: true, imported, removed, skipped, param_ids: params };
  }

  /** Masked, except to the system and to those who ask to reveal and may. */
  async getConfig(scope: Scope, id: string, payload: ConfigQuery): Promise<ConfigResponse> {
    const isRevealed = scope.isSystem || payload.reveal === true;
    const { config, secrets } = isRevealed
      ? await this.reader.revealed(scope, id)
      : await this.reader.masked(scope, id);
    return { success: true, config, secrets };
  }

  /** A command without a payload. */
  private registerBare(name: string, handle: (scope: Scope, id: string) => Promise<object>): void {
    this.bus.register(`ir.connector.${name}`, async (scope, { recordId, payload }) => {
      assertEmpty(payload);
      return handle(scope, recordId);
    });
  }

  private register<Payload extends object>(
    name: string,
    payloadType: Type<Payload>,
    handle: (scope: Scope, id: string, payload: Payload) => Promise<object>,
  ): void {
    this.bus.register(`ir.connector.${name}`, async (scope, { recordId, payload }) => {
      const checked = (await this.validation.transform(payload, { type: 'body', metatype: payloadType })) as Payload;
      return handle(scope, recordId, checked);
    });
  }
}

function assertEmpty(payload: object): void {
  const issues = Object.keys(payload).map((field) => ({
    pointer: `/${field}`,
    code: 'unknown_field',
    message: 'This field is not known',
  }));
  if (issues.length > 0) throw new InvalidInputError(issues);
}

/** The params as they would be after an import. */
function planned({ plan }: ImportOutcome): ConnectorParamResponse[] {
  return plan.params.map((param) => ({
    id: param.id,
    key: param.key,
    ...(!param.isSecret && { value: param.value }),
    value_type: param.valueType,
    file_id: param.fileId,
    sequence: param.sequence,
    is_secret: param.isSecret,
    is_set: param.value !== null || param.fileId !== null,
    updated_at: null,
  }));
}
