import type { AccessTokenSource, ConnectionContext } from '../../core/connectors/index.js';
import { scrub } from '../../core/crypto/index.js';

/**
 * The secrets that a connection was given: those of its config, and every access token that it has got. They are taken
 * out of what its provider says also when they are spent, replaced or rejected by then.
 */
export class GivenSecrets {
  private readonly values = new Set<string>();

  add(values: readonly string[]): void {
    for (const value of values) this.values.add(value);
  }

  /** The same context; the access tokens that are got from it are added. */
  watch(context: ConnectionContext): ConnectionContext {
    const watched = (source: AccessTokenSource): AccessTokenSource => ({
      get: async (signal) => {
        const token = await source.get(signal);
        this.add([token.value]);
        return token;
      },
      reject: (token) => source.reject(token),
    });
    return { accessTokens: watched(context.accessTokens), tokensOf: (grant) => watched(context.tokensOf(grant)) };
  }

  scrub(text: string): string {
    return scrub(text, [...this.values]);
  }
}
