import { Injectable } from '@nestjs/common';
import { ConnectorRegistry } from '../../core/connectors/index.js';
import { DeliveryRouter } from '../../core/delivery/index.js';
import { ConnectorService, type Connector } from '../connectors/index.js';
import type { EmailConnection } from './contracts/index.js';
import { EMAIL_CATEGORY } from './email.category.js';
import { BuiltInSmtp } from './smtp/built-in-smtp.js';

/** What sending needs of a connection; the built-in transport has no more. */
export type EmailSender = Pick<EmailConnection, 'sendMessage' | 'dispose'>;

/** Chooses between an organization's connector and the built-in transport. */
@Injectable()
export class EmailRouter extends DeliveryRouter<EmailSender, Connector> {
  constructor(connectors: ConnectorService, registry: ConnectorRegistry, builtIn: BuiltInSmtp) {
    super({ category: EMAIL_CATEGORY.key, connectors, registry, builtIn: builtIn.transport });
  }
}
