import type { DomainEvent } from '../../core/ports/index.js';

export type ConnectorEventName =
  | 'ir.connector.created'
  | 'ir.connector.updated'
  | 'ir.connector.deleted'
  | 'ir.connector.tested'
  | 'ir.connector.activated'
  | 'ir.connector.deactivated'
  | 'ir.connector.default_changed';

/** Lifecycle event of a connector, delivered after commit. Holds ids and names of keys, never values. */
export interface ConnectorEvent extends DomainEvent {
  readonly name: ConnectorEventName;
  /** For `default_changed` the new default; `null` when the category has none any more. */
  readonly connectorId: string | null;
  readonly organizationId: string;
  readonly category: string;
  readonly providerType: string;
  /** Names of the params and fields that an update changed. */
  readonly changedKeys?: readonly string[];
}
