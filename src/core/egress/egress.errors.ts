import { ConnectionFailedError } from '../connectors/index.js';
import type { ErrorDefinition } from '../errors/index.js';

/** The egress policy forbids the target: nothing was sent, no port was tried. */
export class EgressBlockedError extends ConnectionFailedError {
  static override readonly definition: ErrorDefinition = {
    code: 'egress_blocked',
    kind: 'remote_failed',
    title: 'The target is not allowed by the egress policy',
  };

  /**
   * @param reason safe text; never tells what listens at the target.
   * @param hint who can do what about it.
   */
  constructor(
    readonly reason: string,
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(`${reason}. ${hint}.`, options);
  }
}

/**
 * Where on the way a target failed; `policy`: nobody could tell whether it is allowed; `response` is everything after
 * the connection stands.
 */
export type FailedPhase = 'policy' | 'resolve' | 'connect' | 'tls' | 'response';

/** A target that is not known to be blocked could not be reached, or broke off. */
export class EgressFailedError extends ConnectionFailedError {
  /**
   * @param message safe text.
   * @param hint what an administrator can do about it.
   */
  constructor(
    readonly phase: FailedPhase,
    message: string,
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
