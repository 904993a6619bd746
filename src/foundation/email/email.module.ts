import { Module } from '@nestjs/common';
import { connectorFolder, ConnectorRegistry } from '../../core/connectors/index.js';
import { EncryptedData } from '../../core/crypto/index.js';
import { DeliveryDispatcher, DeliveryModule, DeliveryUsage, encryptedContents } from '../../core/delivery/index.js';
import { MenuRegistry, UsageRegistry } from '../../core/ports/index.js';
import { ConnectorsModule } from '../connectors/index.js';
import { EmailAttachments } from './email-attachments.js';
import { emailCategory } from './email.category.js';
import { EmailLine } from './email-line.js';
import { EmailOutbox } from './email-outbox.js';
import { EmailRetention } from './email-retention.js';
import { EmailRouter } from './email-router.js';
import { EMAIL_TABLE } from './email-table.js';
import { EmailService } from './email.service.js';
import { EmailMessagesController } from './http/email-messages.controller.js';
import { BuiltInSmtp } from './smtp/built-in-smtp.js';

/** Mail, and the category `email`. */
@Module({
  imports: [ConnectorsModule, DeliveryModule, connectorFolder(import.meta.url)],
  controllers: [EmailMessagesController],
  providers: [BuiltInSmtp, EmailAttachments, EmailLine, EmailOutbox, EmailRetention, EmailRouter, EmailService],
  exports: [EmailService],
})
export class EmailModule {
  static readonly requires: readonly string[] = ['base', 'auth', 'presentation', 'connectors', 'storage'];

  constructor(
    registry: ConnectorRegistry,
    usages: UsageRegistry,
    dispatcher: DeliveryDispatcher,
    encrypted: EncryptedData,
    line: EmailLine,
    menus: MenuRegistry,
    smtp: BuiltInSmtp,
  ) {
    for (const column of encryptedContents(EMAIL_TABLE.name)) encrypted.registerColumn(column);
    registry.declareCategory(emailCategory(smtp.transport !== null));
    usages.register('ir.connector', new DeliveryUsage('email_messages', EMAIL_TABLE));
    dispatcher.register(line);
    menus.register({ id: 'menu_mail', name: 'Mail', parent: null, action: 'email.message.list', sequence: 20 });
  }
}
