import { ConnectionFailedError } from '../connectors/index.js';
import { DomainError, type ErrorDefinition } from '../errors/index.js';

/** Nothing is there that could send: no active default connector of the category, and no built-in transport. */
export class NoConnectorError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'no_connector',
    kind: 'refused',
    title: 'There is no active connector that could send this',
  };
}

/** The service refused the message for good: another attempt would end the same way. The message fails at once. */
export class DeliveryRefusedError extends ConnectionFailedError {
  static override readonly definition: ErrorDefinition = {
    code: 'delivery_refused',
    kind: 'remote_failed',
    title: 'The service refused the message',
  };
}

/** The service takes no message now and says when it will. The attempt counts; the next one comes no earlier. */
export class DeliveryDelayedError extends ConnectionFailedError {
  static override readonly definition: ErrorDefinition = {
    code: 'delivery_delayed',
    kind: 'remote_failed',
    title: 'The service takes no messages for a while',
  };

  /** @param retryAfterSeconds as the service asked. @param message safe text. */
  constructor(
    readonly retryAfterSeconds: number,
    message?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A failed attempt, ready to be written down. */
export class DeliveryFailure extends Error {
  /** @param reason safe text, scrubbed of secrets. */
  constructor(
    readonly reason: string,
    readonly details: { readonly isFinal: boolean; readonly retryAfterMs: number },
    options?: ErrorOptions,
  ) {
    super(reason, options);
    this.name = 'DeliveryFailure';
  }
}
