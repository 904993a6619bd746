import type { AccessTokenSource, TokenGrant } from './access-tokens.js';

/** What the framework lends a connection besides its config. It belongs to one record, or to one draft under test. */
export interface ConnectionContext {
  /**
   * Access tokens from the record's consent: kept encrypted and refreshed by the framework, one refresh at a time.
   * Of a provider without `oauth` it refuses every `get` with ConnectorNotSupportedError.
   */
  readonly accessTokens: AccessTokenSource;

  /** The same care for tokens of the provider's own grant, e.g. a service account. Does no I/O by itself. */
  tokensOf(grant: TokenGrant): AccessTokenSource;
}
