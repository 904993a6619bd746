/** A token to send to the service, as `Authorization: Bearer …` or however the service takes it. */
export interface AccessToken {
  /** Secret. */
  readonly value: string;
  /** What was granted, `null` when the server never said. */
  readonly scopes: readonly string[] | null;
}

/** Where a connection gets its access tokens. Ask before every call: the answer is cached, and renewed when needed. */
export interface AccessTokenSource {
  /**
   * A token that is good for some time still.
   * @throws ConsentRequiredError when an administrator must consent (again), another ConnectionFailedError when the
   *   authorization server cannot be asked or refuses, or the signal's reason.
   */
  get(signal: AbortSignal): Promise<AccessToken>;

  /** The service refused this token (401), although it should be good: the next `get` brings another one. */
  reject(token: AccessToken): Promise<void>;
}

/** What an authorization server issued. */
export interface IssuedTokens {
  readonly accessToken: string;
  /** Seconds; `null` means that the server did not say. */
  readonly expiresIn: number | null;
  /** `null` when the answer does not say. */
  readonly scopes: readonly string[] | null;
  /** A new refresh token: from now on only this one counts. */
  readonly refreshToken: string | null;
}

/** A way to ask for access tokens, e.g. by a service account's key. */
export interface TokenGrant {
  /** Tells the grants of one connector apart, `^[a-z_]{1,32}$`; the same name means the same tokens. */
  readonly name: string;
  /** Asks the authorization server once. @throws ConnectionFailedError, or the signal's reason. */
  request(signal: AbortSignal): Promise<IssuedTokens>;
}
