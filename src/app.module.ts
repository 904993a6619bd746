import { Global, Module, type DynamicModule, type Type } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { CommandModule } from './core/commands/index.js';
import { SettingsModule, type Settings } from './core/config/index.js';
import { ConnectorKernelModule } from './core/connectors/index.js';
import { EgressModule } from './core/egress/index.js';
import { MenuRegistry, UsageRegistry } from './core/ports/index.js';
import { WebModule, type ServerState } from './core/web/index.js';
import { FoundationModule } from './foundation/foundation.module.js';
import { ObservabilityModule } from './foundation/observability/index.js';
import { ACTIVE_MODULES } from './foundation/settings.js';
import { PersistenceModule } from './persistence/index.js';

/** Ports that core implements itself. */
@Global()
@Module({ providers: [MenuRegistry, UsageRegistry], exports: [MenuRegistry, UsageRegistry] })
class PortsModule {}

export type Extension = Type | DynamicModule;

/** The whole application: kernel, database and the active modules. */
@Module({})
export class AppModule {
  /** @param extensions modules of an embedding application, e.g. with connector providers of its own. */
  static async with(
    settings: Settings,
    state: ServerState,
    extensions: readonly Extension[] = [],
  ): Promise<DynamicModule> {
    return {
      module: AppModule,
      imports: [
        SettingsModule.with(settings),
        WebModule.with(state),
        EventEmitterModule.forRoot(),
        PortsModule,
        CommandModule,
        ConnectorKernelModule,
        EgressModule,
        PersistenceModule,
        await FoundationModule.load(ACTIVE_MODULES),
        ObservabilityModule,
        ...extensions,
      ],
    };
  }
}
