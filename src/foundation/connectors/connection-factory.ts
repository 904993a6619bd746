import { Injectable } from '@nestjs/common';
import {
  ConnectionFailedError,
  ConnectorConfigError,
  ConnectorRegistry,
  validateConfig,
  type ConnectorConnection,
} from '../../core/connectors/index.js';
import { ConfigAssembler } from './config-assembler.js';
import type { Connector } from './connector.entity.js';
import { ConnectorStore } from './connector-store.js';
import { ConnectionContexts } from './oauth/connection-contexts.js';

/** Makes connections: config assembled, checked, handed to the provider. */
@Injectable()
export class ConnectionFactory {
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
    const { config } = await this.assembler.assemble(await this.store.withParams(connector), provider.configSchema);
    const checked = validateConfig(provider.configSchema, config);
    if (!checked.ok) throw new ConnectorConfigError(checked.issues);
    return provider.fromConfig(checked.config, this.contexts.ofRecord(connector, provider));
  }
}
