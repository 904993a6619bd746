import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../core/ports/index.js';
import type { Connector } from './connector.entity.js';
import type { ConnectorEvent, ConnectorEventName } from './connector.events.js';

/** Makes lifecycle events; they leave after commit. */
@Injectable()
export class ConnectorEvents {
  emit(tx: Transaction, name: ConnectorEventName, connector: Connector, extra: Partial<ConnectorEvent> = {}): void {
    const event: ConnectorEvent = {
      name,
      connectorId: connector.id,
      organizationId: connector.organizationId,
      category: connector.category,
      providerType: connector.providerType,
      ...extra,
    };
    tx.emit(event);
  }
}
