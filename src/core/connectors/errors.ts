import { DomainError, type ErrorDefinition } from '../errors/index.js';

/** Base of the framework's own taxonomy. */
export abstract class ConnectorError extends DomainError {}

/** `(category, provider_type)` is not in the registry. The pair may come from a caller, so the message leaves it out. */
export class ConnectorNotFoundError extends ConnectorError {
  static override readonly definition: ErrorDefinition = {
    code: 'connector_provider_not_found',
    kind: 'not_found',
    title: 'No such connector provider is registered',
  };

  constructor(
    readonly category: string,
    readonly providerType: string,
  ) {
    super();
  }
}

/** One config key that keeps a connector from being used. */
export interface ConfigIssue {
  readonly key: string;
  /** Safe text: never the value. */
  readonly reason: string;
}

/** Missing or invalid config fields. */
export class ConnectorConfigError extends ConnectorError {
  static override readonly definition: ErrorDefinition = {
    code: 'connector_config_invalid',
    kind: 'refused',
    title: "The connector's configuration is incomplete or invalid",
  };

  constructor(
    readonly configIssues: readonly ConfigIssue[],
    options?: ErrorOptions,
  ) {
    super(configIssues.map(({ key, reason }) => `${key}: ${reason}`).join('; ') || undefined, {
      ...options,
      issues: configIssues.map(({ key, reason }) => ({
        pointer: `/param_ids/${key}`,
        code: 'invalid_config',
        message: reason,
      })),
    });
  }
}

/**
 * The remote service could not be reached or refused: 502 in use, a failed result inside a test.
 * Its message is safe text: no provider text, no secret.
 */
export class ConnectionFailedError extends ConnectorError {
  static override readonly definition: ErrorDefinition = {
    code: 'connection_failed',
    kind: 'remote_failed',
    title: 'The remote service failed',
  };
}

/** What the remote service was asked for is not there: an object, a channel, a mailbox. */
export class RemoteMissingError extends ConnectionFailedError {
  static override readonly definition: ErrorDefinition = {
    code: 'remote_missing',
    kind: 'remote_failed',
    title: 'The remote service no longer has what was asked for',
  };
}

/** The provider does not offer this operation. */
export class ConnectorNotSupportedError extends ConnectorError {
  static override readonly definition: ErrorDefinition = {
    code: 'connector_not_supported',
    kind: 'refused',
    title: 'The provider does not support this',
  };
}
