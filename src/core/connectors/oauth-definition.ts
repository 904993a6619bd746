/** A provider's OAuth 2 constants. There is no discovery call: what stands here is what is used. */
export interface OAuthDefinition {
  /** https. */
  readonly authorizationUrl: string;
  /** https. */
  readonly tokenUrl: string;
  /** When set, `iss` of the callback and the ID token of the answer must name it; else both are ignored. */
  readonly issuer?: string;
  /**
   * The server puts `iss` into every answer (RFC 9207), so that a callback without one is refused. Needs `issuer`. Only
   * for a server that announces it: Google sends it today and does not.
   */
  readonly isIssuerSent?: boolean;
  /** What the consent page asks for. */
  readonly scopes: readonly string[];
  /** How scopes are written, also in the answer. Default: a blank. */
  readonly scopeSeparator?: ' ' | ',';
  /** Without these the connection is of no use: an answer that says that one was not granted is refused. */
  readonly requiredScopes?: readonly string[];
  /** Params that hold the client's credentials. */
  readonly clientIdKey: string;
  readonly clientSecretKey: string;
  /** Where the token endpoint takes the client's credentials. Default: in the body. */
  readonly clientAuthentication?: 'body' | 'basic';
  /** PKCE with S256. Default true; only for a server that refuses it. */
  readonly isPkceUsed?: boolean;
  /** Further fixed parameters of the authorization request, e.g. `access_type=offline`. */
  readonly authorizationParameters?: Readonly<Record<string, string>>;
  /** Token types taken besides `bearer`, in lower case, e.g. Slack's `bot`. */
  readonly tokenTypes?: readonly string[];
  /**
   * What a consent must bring: member of the token answer → param key. A missing `refresh_token` keeps a stored one;
   * any other missing member fails the consent. `{}` when only the access token counts, which is never a param.
   */
  readonly tokenParams: Readonly<Record<string, string>>;
  /** The same for members that may be left out. */
  readonly optionalTokenParams?: Readonly<Record<string, string>>;
  /** Codes that, besides `invalid_grant`, mean that the refresh token is worth nothing any more. */
  readonly consentLostErrors?: readonly string[];
  /** Said when the refresh token is refused, e.g. why this vendor ends consents. One sentence without a full stop. */
  readonly consentLostHint?: string;
}

/** What an overriding `exchangeOAuthCode` gets. */
export interface OAuthExchange {
  readonly code: string;
  readonly redirectUri: string;
  /** `null` when the definition switches PKCE off. */
  readonly codeVerifier: string | null;
  /** The assembled config, secrets included. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Aborts after 10 seconds; nothing is stored from an exchange that ends later. */
  readonly signal: AbortSignal;
}

/** The param that keeps the refresh token, `null` when the provider has none. */
export function refreshTokenKey(definition: OAuthDefinition): string | null {
  return definition.tokenParams['refresh_token'] ?? definition.optionalTokenParams?.['refresh_token'] ?? null;
}
