import type { OAuthDefinition, TokenGrant } from '../connectors/index.js';
import { ConsentRequiredError, TokenRequestError } from './oauth.errors.js';
import type { ClientCredentials, TokenClient } from './token-client.js';

/** What a refresh is asked with. */
export interface RefreshCredentials {
  readonly client: ClientCredentials;
  /** `null` when nobody has consented yet. */
  readonly refreshToken: string | null;
}

export const REFRESH_GRANT = 'refresh_token';

/** The grant of a consent. Its refresh token may be spent by `request`: use what that answers from then on. */
export function refreshGrant(
  tokens: TokenClient,
  definition: OAuthDefinition,
  { client, refreshToken }: RefreshCredentials,
): TokenGrant {
  return {
    name: REFRESH_GRANT,
    request: async (signal) => {
      if (refreshToken === null) throw consentMissing();
      try {
        return await tokens.refresh({ definition, client, signal }, refreshToken);
      } catch (error) {
        const isLost = error instanceof TokenRequestError && error.failure === 'grant_refused';
        throw isLost ? consentLost(definition, error) : error;
      }
    },
  };
}

export function consentMissing(): ConsentRequiredError {
  return new ConsentRequiredError('No consent has been given yet', 'Open the consent page from the connector');
}

function consentLost({ consentLostHint }: OAuthDefinition, cause: unknown): ConsentRequiredError {
  const reason = consentLostHint === undefined ? '' : ` (${consentLostHint})`;
  return new ConsentRequiredError(
    `The consent has expired or was withdrawn${reason}: consent again`,
    'Open the consent page from the connector',
    { cause },
  );
}
