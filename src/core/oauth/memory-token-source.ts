import type { AccessToken, AccessTokenSource, IssuedTokens } from '../connectors/index.js';
import { freshSeconds } from './freshness.js';
import { waitFor } from '../timing/index.js';

/** Asks for tokens; called one at a time. @param last what was issued before, `null` the first time. */
export type TokenRequest = (last: IssuedTokens | null, signal: AbortSignal) => Promise<IssuedTokens>;

interface Held {
  readonly token: AccessToken;
  /** On the clock of `performance.now()`. */
  readonly freshUntil: number;
}

/** Keeps tokens for as long as the connection lives, and nowhere else: for drafts under test. */
export class MemoryTokenSource implements AccessTokenSource {
  private last: IssuedTokens | null = null;
  private held: Held | null = null;
  private pending: Promise<AccessToken> | null = null;

  constructor(private readonly request: TokenRequest) {}

  async get(signal: AbortSignal): Promise<AccessToken> {
    if (this.held !== null && this.held.freshUntil > performance.now()) return this.held.token;
    this.pending ??= this.renew().finally(() => (this.pending = null));
    return waitFor(this.pending, signal);
  }

  reject(token: AccessToken): Promise<void> {
    if (this.held?.token === token) this.held = null;
    return Promise.resolve();
  }

  /** Under no caller's signal: others may wait for the same answer. The request has its own time limit. */
  private async renew(): Promise<AccessToken> {
    const issued = await this.request(this.last, new AbortController().signal);
    const token = { value: issued.accessToken, scopes: issued.scopes ?? this.last?.scopes ?? null };
    this.last = {
      ...issued,
      scopes: token.scopes,
      refreshToken: issued.refreshToken ?? this.last?.refreshToken ?? null,
    };
    const seconds = freshSeconds(issued.expiresIn);
    this.held = { token, freshUntil: seconds === null ? Infinity : performance.now() + seconds * 1000 };
    return token;
  }
}
