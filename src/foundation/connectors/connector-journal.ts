import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import { AuditLog, type AuditEntry, type Transaction } from '../../core/ports/index.js';
import type { Connector } from './connector.entity.js';
import type { ConnectorEvent, ConnectorEventName } from './connector.events.js';

/** What happened to a connector: an audit row in the transaction, and an event after commit. */
export interface JournalEntry {
  /** As the audit names it, e.g. `connector.updated`. */
  readonly action: string;
  /** Left out when listeners need not know. */
  readonly event?: ConnectorEventName;
  /** Names of changed params and fields, never values. */
  readonly changedKeys?: readonly string[];
  readonly facts?: AuditEntry['facts'];
}

/** What rows and events say of a connector. */
export type ConnectorIdentity = Pick<Connector, 'id' | 'organizationId' | 'category' | 'providerType'>;

/** Records what happens to connectors. A change that cannot be recorded is not made. */
@Injectable()
export class ConnectorJournal {
  constructor(private readonly audit: AuditLog) {}

  async record(tx: Transaction, scope: Scope, connector: ConnectorIdentity, entry: JournalEntry): Promise<void> {
    const { action, event, changedKeys, facts } = entry;
    await this.audit.write(tx, scope, {
      organizationId: connector.organizationId,
      action,
      recordType: 'ir.connector',
      recordId: connector.id,
      ...(changedKeys !== undefined && { changedKeys }),
      ...(facts !== undefined && { facts }),
    });
    if (event !== undefined) tx.emit(eventOf(event, connector, changedKeys));
  }

  /** Tells listeners who is the default of the connector's category now. */
  announceDefault(tx: Transaction, connector: ConnectorIdentity, defaultId: string | null): void {
    const event: ConnectorEvent = { ...eventOf('ir.connector.default_changed', connector), connectorId: defaultId };
    tx.emit(event);
  }
}

function eventOf(
  name: ConnectorEventName,
  connector: ConnectorIdentity,
  changedKeys?: readonly string[],
): ConnectorEvent {
  return {
    name,
    connectorId: connector.id,
    organizationId: connector.organizationId,
    category: connector.category,
    providerType: connector.providerType,
    ...(changedKeys !== undefined && { changedKeys }),
  };
}
