import { Module } from '@nestjs/common';
import { connectorFolder, ConnectorRegistry } from '../../core/connectors/index.js';
import { EncryptedData } from '../../core/crypto/index.js';
import { DeliveryDispatcher, DeliveryModule, DeliveryUsage, encryptedContents } from '../../core/delivery/index.js';
import { MenuRegistry, UsageRegistry } from '../../core/ports/index.js';
import { ConnectorsModule } from '../connectors/index.js';
import { MessagesController } from './http/messages.controller.js';
import { MESSAGING_CATEGORY } from './messaging.category.js';
import { MessagingLine } from './messaging-line.js';
import { MessagingOutbox } from './messaging-outbox.js';
import { MessagingRetention } from './messaging-retention.js';
import { MessagingRouter } from './messaging-router.js';
import { MESSAGING_TABLE } from './messaging-table.js';
import { MessagingService } from './messaging.service.js';

/** Messages to chats and phones, and the category `messaging`. */
@Module({
  imports: [ConnectorsModule, DeliveryModule, connectorFolder(import.meta.url)],
  controllers: [MessagesController],
  providers: [MessagingLine, MessagingOutbox, MessagingRetention, MessagingRouter, MessagingService],
  exports: [MessagingService],
})
export class MessagingModule {
  static readonly requires: readonly string[] = ['base', 'auth', 'presentation', 'connectors'];

  constructor(
    registry: ConnectorRegistry,
    usages: UsageRegistry,
    dispatcher: DeliveryDispatcher,
    encrypted: EncryptedData,
    line: MessagingLine,
    menus: MenuRegistry,
  ) {
    for (const column of encryptedContents(MESSAGING_TABLE.name)) encrypted.registerColumn(column);
    registry.declareCategory(MESSAGING_CATEGORY);
    usages.register('ir.connector', new DeliveryUsage('messaging_messages', MESSAGING_TABLE));
    dispatcher.register(line);
    menus.register({
      id: 'menu_messages',
      name: 'Messages',
      parent: null,
      action: 'messaging.message.list',
      sequence: 30,
    });
  }
}
