import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ConnectorDiscovery } from './connector-discovery.js';
import { ConnectorRegistry } from './connector-registry.js';

/** Registry and discovery. Global: the registry is one for the process, and full when importing modules start. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [ConnectorRegistry, ConnectorDiscovery],
  exports: [ConnectorRegistry],
})
export class ConnectorKernelModule {}
