import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { logoOf } from './connector-folder.js';
import { Connector } from './connector.decorator.js';
import { ConnectorProvider } from './connector-provider.js';
import { ConnectorRegistry } from './connector-registry.js';
import { assertSchema } from './schema-check.js';

/** Fills the registry once, before any module that imports the kernel is initialised. */
@Injectable()
export class ConnectorDiscovery implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly registry: ConnectorRegistry,
  ) {}

  /** @throws Error that names the class when a decorated class is no provider, is request-scoped, or has a broken schema. */
  onModuleInit(): void {
    for (const wrapper of this.discovery.getProviders({ metadataKey: Connector.KEY })) {
      const metadata = this.discovery.getMetadataByDecorator(Connector, wrapper);
      if (!metadata) continue;
      const instance: unknown = wrapper.instance;
      if (!wrapper.isDependencyTreeStatic())
        throw new Error(`${wrapper.name} is decorated with @Connector but is not a singleton`);
      if (!(instance instanceof ConnectorProvider)) {
        throw new Error(`${wrapper.name} is decorated with @Connector but does not extend ConnectorProvider`);
      }
      assertSchema(wrapper.name, instance.configSchema);
      this.registry.register(metadata, instance, logoOf(instance.constructor));
    }
  }
}
