import { Injectable } from '@nestjs/common';
import { ConnectorRegistry } from '../../core/connectors/index.js';
import { DeliveryRouter } from '../../core/delivery/index.js';
import { ConnectorService, type Connector } from '../connectors/index.js';
import type { MessagingConnection } from './contracts/index.js';
import { MESSAGING_CATEGORY } from './messaging.category.js';

/** Finds an organization's connector; there is no built-in way. */
@Injectable()
export class MessagingRouter extends DeliveryRouter<MessagingConnection, Connector> {
  constructor(connectors: ConnectorService, registry: ConnectorRegistry) {
    super({ category: MESSAGING_CATEGORY.key, connectors, registry, builtIn: null });
  }
}
