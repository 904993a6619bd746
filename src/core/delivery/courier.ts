import { ConnectionFailedError } from '../connectors/index.js';
import { SecretUnreadableError } from '../crypto/index.js';
import { DatabaseUnavailableError, DomainError, SealedError } from '../errors/index.js';
import type { ContentSeal } from './content-seal.js';
import type { ClaimedDelivery, DeliveryReceipt } from './delivery.js';
import { DeliveryDelayedError, DeliveryFailure, DeliveryRefusedError } from './delivery.errors.js';
import type { DeliveryQueue } from './delivery-queue.js';
import type { Closable, DeliveryRoute, DeliveryRouter } from './delivery-router.js';

const UNKNOWN_REASON = 'The message could not be sent';
const TAKEN_OVER = 'The message was taken over by another worker';

/** A claimed message that can be read. */
export interface OpenDelivery<Envelope, Body> {
  readonly id: string;
  readonly organizationId: string;
  readonly createdAt: Date;
  readonly envelope: Envelope;
  readonly body: Body;
}

export interface CourierParts<Connection extends Closable, Envelope, Body> {
  readonly router: Pick<DeliveryRouter<Connection>, 'open'>;
  readonly queue: Pick<DeliveryQueue, 'route'>;
  readonly seal: ContentSeal;
  /** Hands one message to an open connection. @throws ConnectionFailedError, DeliveryRefusedError, DeliveryDelayedError. */
  readonly handOver: (
    connection: Connection,
    message: OpenDelivery<Envelope, Body>,
    signal: AbortSignal,
  ) => Promise<DeliveryReceipt>;
}

/** Carries a claimed message out: chooses the way as it is now, writes it down, hands the message over. */
export class Courier<Connection extends Closable, Envelope extends object, Body extends object> {
  constructor(private readonly parts: CourierParts<Connection, Envelope, Body>) {}

  /** @throws DeliveryFailure with a reason that is safe to show; SealedError, DatabaseUnavailableError as they are. */
  async deliver(claim: ClaimedDelivery, signal: AbortSignal): Promise<DeliveryReceipt> {
    const { router, queue, handOver } = this.parts;
    let route: DeliveryRoute<Connection> | null = null;
    try {
      const message = await this.read(claim);
      route = await router.open(claim.organizationId);
      if (!(await queue.route(claim, route))) throw new ConnectionFailedError(TAKEN_OVER);
      signal.throwIfAborted();
      return await handOver(route.connection, message, signal);
    } catch (error) {
      throw failureOf(error, route);
    } finally {
      await route?.close();
    }
  }

  private async read(claim: ClaimedDelivery): Promise<OpenDelivery<Envelope, Body>> {
    const { id, organizationId, createdAt } = claim;
    const { seal } = this.parts;
    try {
      const envelope = await seal.open<Envelope>(claim, 'envelope', claim.envelope);
      const body = await seal.open<Body>(claim, 'body', claim.body);
      return { id, organizationId, createdAt, envelope, body };
    } catch (error) {
      if (!(error instanceof SecretUnreadableError)) throw error;
      throw new DeliveryRefusedError('The stored message cannot be read', { cause: error });
    }
  }
}

function failureOf(error: unknown, route: DeliveryRoute<unknown> | null): Error {
  if (error instanceof SealedError || error instanceof DatabaseUnavailableError) return error;
  const reason = error instanceof DomainError ? (route?.scrub(error.message) ?? error.message) : UNKNOWN_REASON;
  const isFinal = error instanceof DeliveryRefusedError;
  const retryAfterMs = error instanceof DeliveryDelayedError ? error.retryAfterSeconds * 1000 : 0;
  return new DeliveryFailure(reason, { isFinal, retryAfterMs }, { cause: error });
}
