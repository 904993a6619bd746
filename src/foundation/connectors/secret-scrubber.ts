import { Injectable } from '@nestjs/common';
import { ConnectorRegistry } from '../../core/connectors/index.js';
import { scrub } from '../../core/crypto/index.js';
import { ConfigAssembler } from './config-assembler.js';
import type { Connector } from './connector.entity.js';
import { ConnectorStore } from './connector-store.js';
import { ConnectorTokenStore } from './oauth/connector-token.store.js';

/** Takes the secrets of a connector, access tokens included, out of texts that its provider made. */
@Injectable()
export class SecretScrubber {
  constructor(
    private readonly registry: ConnectorRegistry,
    private readonly store: ConnectorStore,
    private readonly assembler: ConfigAssembler,
    private readonly tokens: ConnectorTokenStore,
  ) {}

  /** @throws SecretUnreadableError, ConnectorConfigError when the secrets cannot be read: then the text is not safe. */
  async scrub(connector: Connector, text: string): Promise<string> {
    const { category, providerType } = connector;
    const isKnown = this.registry.isRegistered(category, providerType);
    const schema = isKnown ? this.registry.get(category, providerType).provider.configSchema : null;
    const { secretValues } = await this.assembler.assemble(await this.store.withParams(connector), schema);
    return scrub(text, [...secretValues, ...(await this.tokens.valuesOf(connector))]);
  }
}
