import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EncryptedData } from '../../core/crypto/index.js';
import { INTEGRATIONS_MENU, MenuRegistry } from '../../core/ports/index.js';
import { BaseModule } from '../base/index.js';
import { PresentationModule } from '../presentation/index.js';
import { CategoryRoutes } from './category-routes.js';
import { CheckHistory } from './check-history.js';
import { ConfigAssembler } from './config-assembler.js';
import { ConfigImporter } from './config-importer.js';
import { ConfigReader } from './config-reader.js';
import { ConnectionFactory } from './connection-factory.js';
import { ConnectorActivator } from './connector-activator.js';
import { ConnectorCheck } from './connector-check.entity.js';
import { ConnectorCreator } from './connector-creator.js';
import { ConnectorJournal } from './connector-journal.js';
import { ConnectorList } from './connector-list.js';
import { ConnectorParam } from './connector-param.entity.js';
import { ConnectorRemover } from './connector-remover.js';
import { ConnectorStore } from './connector-store.js';
import { ConnectorTester } from './connector-tester.js';
import { ConnectorUpdater } from './connector-updater.js';
import { ConnectorCommands } from './connector.commands.js';
import { Connector } from './connector.entity.js';
import { ConnectorPresenter } from './connector.presenter.js';
import { ConnectorService } from './connector.service.js';
import { DefaultTransactions } from './default-transactions.js';
import { DefaultSubscriber } from './default.subscriber.js';
import { DraftTester } from './draft-tester.js';
import { FileClaims } from './file-claims.js';
import { FileDetacher } from './file-detacher.js';
import { ConnectorCategoriesController } from './http/connector-categories.controller.js';
import { ConnectorCommandsController } from './http/connector-commands.controller.js';
import { ConnectorHistoryController } from './http/connector-history.controller.js';
import { ConnectorOAuthController } from './http/connector-oauth.controller.js';
import { ConnectorTypesController } from './http/connector-types.controller.js';
import { ConnectorsController } from './http/connectors.controller.js';
import { KeyedQueue } from './keyed-queue.js';
import { OAUTH_ENCRYPTED, OAUTH_ENTITIES, OAUTH_PROVIDERS } from './oauth/oauth.providers.js';
import { ParamPlanner } from './param-planner.js';
import { ENCRYPTED_CONFIGS, ParamVault } from './param-vault.js';
import { ParamWriter } from './param-writer.js';
import { TestLimits } from './test-limits.js';
import { TestSlot } from './test-slot.entity.js';
import { TestSlots } from './test-slots.js';
import { TestRunner } from './test-runner.js';

/** `ir.connector`: records, routes, commands, and the service that sibling modules inject. */
@Module({
  imports: [
    BaseModule,
    PresentationModule,
    TypeOrmModule.forFeature([Connector, ConnectorParam, ConnectorCheck, TestSlot, ...OAUTH_ENTITIES]),
  ],
  controllers: [
    ConnectorCategoriesController,
    ConnectorTypesController,
    ConnectorsController,
    ConnectorCommandsController,
    ConnectorHistoryController,
    ConnectorOAuthController,
  ],
  providers: [
    ...OAUTH_PROVIDERS,
    CategoryRoutes,
    CheckHistory,
    ConfigAssembler,
    ConfigImporter,
    ConfigReader,
    ConnectionFactory,
    ConnectorActivator,
    ConnectorCommands,
    ConnectorCreator,
    ConnectorJournal,
    ConnectorList,
    ConnectorPresenter,
    ConnectorRemover,
    ConnectorService,
    ConnectorStore,
    ConnectorTester,
    ConnectorUpdater,
    DefaultSubscriber,
    DefaultTransactions,
    DraftTester,
    FileClaims,
    FileDetacher,
    KeyedQueue,
    ParamPlanner,
    ParamVault,
    ParamWriter,
    TestLimits,
    TestRunner,
    TestSlots,
  ],
  exports: [ConnectorService],
})
export class ConnectorsModule {
  static readonly requires = ['base', 'auth', 'presentation'];

  constructor(menus: MenuRegistry, encrypted: EncryptedData) {
    for (const column of [...ENCRYPTED_CONFIGS, ...OAUTH_ENCRYPTED]) encrypted.registerColumn(column);
    menus.register({
      id: 'menu_connectors',
      name: 'Connectors',
      parent: INTEGRATIONS_MENU,
      action: 'ir.connector.list',
      sequence: 40,
      role: 'admin',
    });
  }
}
