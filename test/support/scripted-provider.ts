import { Module } from '@nestjs/common';
import {
  Connector,
  ConnectorProvider,
  TestStepFailure,
  field,
  testResult,
  type ConfigOf,
  type ConnectionTest,
  type ConnectionTestResult,
  type ConnectorConnection,
  type JsonObject,
} from '../../src/core/connectors/index.js';

const MODES = ['ok', 'degraded', 'refuse', 'not_testable', 'hang', 'leak', 'crash'] as const;

const schema = [
  field.url('endpoint', 'Endpoint', { endpoint: true }),
  field.text('region', 'Region', { required: false, default: 'us-east-1', endpoint: true }),
  field.text('bucket', 'Bucket', {
    required: false,
    pattern: '[a-z0-9.-]{3,63}',
    patternHint: '3 to 63 lower case characters',
  }),
  field.secret('secret_key', 'Secret key'),
  field.number('timeout', 'Timeout', { required: false, min: 1, max: 60 }),
  field.boolean('verbose', 'Verbose', { required: false }),
  field.choice(
    'mode',
    'Mode',
    MODES.map((value) => ({ value, label: value })),
    { default: 'ok' },
  ),
  field.text('limit', 'Limit', { shownWhen: { key: 'mode', in: ['degraded'] } }),
  field.json('service_account', 'Service account', { required: false, secret: true }),
  field.file('certificate', 'Certificate', { required: false }),
  field.map('headers', 'Headers', { secret: true }),
] as const;

type ScriptedConfig = ConfigOf<typeof schema>;

/** Does on test what its own config says: lets specs reach every outcome of the framework without a network. */
@Connector({
  category: 'storage',
  providerType: 'scripted',
  displayName: 'Scripted',
  docsUrl: 'https://docs.example.com',
})
export class ScriptedProvider extends ConnectorProvider<ScriptedConfig> {
  readonly configSchema = schema;
  /** Resolved by a spec to let a `hang` end. */
  readonly gates = new Map<string, Promise<void>>();
  readonly seen: ScriptedConfig[] = [];

  fromConfig(config: ScriptedConfig): ConnectorConnection {
    this.seen.push(config);
    return { testConnection: (test) => this.run(config, test) };
  }

  override normalizeImportJson(json: JsonObject): JsonObject {
    if ('boom' in json) throw new Error('cannot read this');
    return (json['installed'] as JsonObject | undefined) ?? json;
  }

  private async run(config: ScriptedConfig, test: ConnectionTest): Promise<ConnectionTestResult> {
    await test.step('connect', async () => {
      await (this.gates.get(config.secret_key) ?? Promise.resolve());
      if (config.mode === 'hang') await new Promise<never>(() => undefined);
    });
    if (config.mode === 'degraded') return testResult.degraded('Nearly full');
    if (config.mode === 'not_testable')
      return test.send ? testResult.ok('Sent') : testResult.notTestable('Only posting would tell');
    if (config.mode === 'crash') throw new Error(`internal ${config.secret_key}`);
    await test.step('auth', () => {
      if (config.mode === 'refuse') throw new TestStepFailure('auth', 'The key was refused', 'Check the secret key');
      if (config.mode === 'leak')
        throw new TestStepFailure('auth', `Bad key ${config.secret_key}`, `Not ${config.secret_key}`);
      return Promise.resolve();
    });
    if (test.deep) await test.step('write', () => Promise.resolve());
    return testResult.ok();
  }
}

/** Adds the scripted provider to a test app. */
@Module({ providers: [ScriptedProvider], exports: [ScriptedProvider] })
export class ScriptedModule {}
