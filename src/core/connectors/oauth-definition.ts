/** A provider's OAuth 2 constants. */
export interface OAuthDefinition {
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
  /** Params that hold the client's credentials. */
  readonly clientIdKey: string;
  readonly clientSecretKey: string;
  /** Further fixed parameters of the authorization request, e.g. `access_type=offline`. */
  readonly authorizationParameters?: Readonly<Record<string, string>>;
  /** The tokens that the exchange must bring: member of the token answer → param key. */
  readonly tokenParams: Readonly<Record<string, string>>;
}

/** What an overriding `exchangeOAuthCode` gets. */
export interface OAuthExchange {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}
