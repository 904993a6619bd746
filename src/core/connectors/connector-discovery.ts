import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { logoOf } from './connector-folder.js';
import { Connector } from './connector.decorator.js';
import { ConnectorProvider } from './connector-provider.js';
import { ConnectorRegistry } from './connector-registry.js';
import { assertOAuth } from './oauth-check.js';
import { assertSchema } from './schema-check.js';

/** Fills the registry once, before any module that imports the kernel is initialised. */
@Injectable()
export class ConnectorDiscovery implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly registry: ConnectorRegistry,
  ) {}

  /** @throws Error that names the class when a decorated class is no provider, is request-scoped, or has a broken schema. */
  onModuleInit(): void {
    for (const wrapper of this.discovery.getProviders({ metadataKey: Connector.KEY })) {
      const metadata = this.discovery.getMetadataByDecorator(Connector, wrapper);
      if (!metadata) continue;
      const name = String(wrapper.name);
      if (!wrapper.isDependencyTreeStatic())
        throw new Error(`${name} is decorated with @Connector but is not a singleton`);
      const provider = asProvider(name, wrapper.instance);
      this.registry.register(metadata, provider, logoOf(provider.constructor));
    }
  }

  /** Modules declare their categories while they start, so only now a provider of none can be told. */
  onApplicationBootstrap(): void {
    this.registry.assertCategoriesDeclared();
  }
}

function asProvider(name: string, instance: unknown): ConnectorProvider {
  if (!(instance instanceof ConnectorProvider))
    throw new Error(`${name} is decorated with @Connector but does not extend ConnectorProvider`);
  const provider = instance as ConnectorProvider;
  assertSchema(name, provider.configSchema);
  assertOAuth(name, provider.configSchema, provider.oauth);
  return provider;
}
