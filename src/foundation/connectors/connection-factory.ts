import { Injectable } from '@nestjs/common';
import {
  ConnectionFailedError,
  ConnectorConfigError,
  ConnectorRegistry,
  validateConfig,
  type ConnectorConnection,
} from '../../core/connectors/index.js';
import { DomainError } from '../../core/errors/index.js';
import { ConfigAssembler } from './config-assembler.js';
import type { Connector } from './connector.entity.js';
import { ConnectorStore } from './connector-store.js';
import { GivenSecrets } from './given-secrets.js';
import { ConnectionContexts } from './oauth/connection-contexts.js';

/** Makes connections: config assembled, checked, handed to the provider; and keeps their secrets out of texts. */
@Injectable()
export class ConnectionFactory {
  private readonly given = new WeakMap<ConnectorConnection, GivenSecrets>();

  constructor(
    private readonly registry: ConnectorRegistry,
    private readonly store: ConnectorStore,
    private readonly assembler: ConfigAssembler,
    private readonly contexts: ConnectionContexts,
  ) {}

  /**
   * The connection of a record in use. The caller disposes it.
   * @throws ConnectionFailedError when the provider is not available, ConnectorConfigError when the config is not
   *   complete, SecretUnreadableError when a value is damaged.
   */
  async open(connector: Connector): Promise<ConnectorConnection> {
    const { category, providerType } = connector;
    if (!this.registry.isRegistered(category, providerType)) {
      throw new ConnectionFailedError(`The provider ${providerType} is not available on this server`);
    }
    const { provider } = this.registry.get(category, providerType);
    const { config, secretValues } = await this.assembler.assemble(
      await this.store.withParams(connector),
      provider.configSchema,
    );
    const checked = validateConfig(provider.configSchema, config);
    if (!checked.ok) throw new ConnectorConfigError(checked.issues);
    const secrets = new GivenSecrets();
    secrets.add(secretValues);
    const context = secrets.watch(this.contexts.ofRecord(connector, provider));
    const connection = made(() => provider.fromConfig(checked.config, context), secrets);
    this.given.set(connection, secrets);
    return connection;
  }

  /** A text that a connection made by `open` has given, without the secrets that it was given. */
  scrub(connection: ConnectorConnection, text: string): string {
    const secrets = this.given.get(connection);
    if (secrets === undefined) throw new Error('A connection that was not made here says something');
    return secrets.scrub(text);
  }
}

/** @throws what the provider throws; a failure without its text when that holds a secret. */
function made(make: () => ConnectorConnection, secrets: GivenSecrets): ConnectorConnection {
  try {
    return make();
  } catch (error) {
    const isSafe = !(error instanceof DomainError) || secrets.scrub(error.message) === error.message;
    throw isSafe ? error : new ConnectionFailedError('The connection could not be made', { cause: error });
  }
}
