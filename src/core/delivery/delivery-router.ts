import { Logger } from '@nestjs/common';
import { ConnectionFailedError, type ConnectorConnection, type ConnectorRegistry } from '../connectors/index.js';
import { BUILT_IN } from './delivery.js';
import { NoConnectorError } from './delivery.errors.js';

/** What routing needs to know of a connector's record. */
export interface RoutedConnector {
  readonly id: string;
  readonly providerType: string;
}

/** The part of the connectors' service that routing uses. */
export interface RoutedConnectors<Record extends RoutedConnector = RoutedConnector> {
  getDefaultForCategory(category: string, organizationId: string): Promise<Record | null>;
  instantiateProvider(record: Record): Promise<ConnectorConnection>;
  /** Replaces every secret that a connection of `instantiateProvider` was given in a text. */
  scrub(connection: ConnectorConnection, text: string): string;
}

/** Which way a message would take now. */
export interface DeliveryWay {
  /** `null` is the built-in transport. */
  readonly connectorId: string | null;
  readonly providerType: string;
}

/** What the router itself needs of a connection. */
export type Closable = Pick<ConnectorConnection, 'dispose'>;

/** A way that is open. Whoever opened it closes it. */
export interface DeliveryRoute<Connection> extends DeliveryWay {
  readonly connection: Connection;
  /** Takes the secrets of this way out of a text. */
  scrub(text: string): string;
  close(): Promise<void>;
}

/** A transport that needs no connector. */
export interface BuiltInTransport<Connection> {
  readonly connection: Connection;
  readonly scrub: (text: string) => string;
}

export interface RouterParts<Connection, Record extends RoutedConnector> {
  readonly category: string;
  readonly connectors: RoutedConnectors<Record>;
  readonly registry: ConnectorRegistry;
  readonly builtIn: BuiltInTransport<Connection> | null;
}

/**
 * Chooses the way of an organization's messages: its active default connector, or the built-in transport when it has
 * none. Never falls back from a connector that fails.
 */
export class DeliveryRouter<Connection extends Closable, Record extends RoutedConnector = RoutedConnector> {
  private readonly logger = new Logger(DeliveryRouter.name);

  constructor(private readonly parts: RouterParts<Connection, Record>) {}

  /**
   * The way that a message would take now. Opens nothing.
   * @throws NoConnectorError, ConnectionFailedError when the provider of the active default is not available.
   */
  async find(organizationId: string): Promise<DeliveryWay> {
    const connector = await this.active(organizationId);
    if (connector === null) {
      this.requireBuiltIn();
      return { connectorId: null, providerType: BUILT_IN };
    }
    const { id, providerType } = connector;
    if (!this.parts.registry.isRegistered(this.parts.category, providerType)) {
      throw new ConnectionFailedError('The provider of the active connector is not available on this server');
    }
    return { connectorId: id, providerType };
  }

  /**
   * Opens the way as it is now.
   * @throws NoConnectorError, ConnectionFailedError, ConnectorConfigError, SecretUnreadableError, SealedError.
   */
  async open(organizationId: string): Promise<DeliveryRoute<Connection>> {
    const connector = await this.active(organizationId);
    if (connector === null) {
      const { connection, scrub } = this.requireBuiltIn();
      return { connectorId: null, providerType: BUILT_IN, connection, scrub, close: async () => undefined };
    }
    const { id: connectorId, providerType } = connector;
    // The registry holds providers of this category only; their base class makes its connections.
    const connection = (await this.parts.connectors.instantiateProvider(connector)) as ConnectorConnection & Connection;
    return {
      connectorId,
      providerType,
      connection,
      scrub: (text) => this.parts.connectors.scrub(connection, text),
      close: () => this.dispose(connection, connectorId),
    };
  }

  private active(organizationId: string): Promise<Record | null> {
    return this.parts.connectors.getDefaultForCategory(this.parts.category, organizationId);
  }

  private requireBuiltIn(): BuiltInTransport<Connection> {
    if (this.parts.builtIn === null) throw new NoConnectorError();
    return this.parts.builtIn;
  }

  /** A connection that cannot be freed harms no message. */
  private async dispose(connection: Connection, connectorId: string): Promise<void> {
    try {
      await connection.dispose?.();
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      this.logger.warn(`The connection of connector ${connectorId} could not be freed: ${name}`);
    }
  }
}
