import type { OAuthDefinition } from '../../core/connectors/index.js';

export const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token';

/**
 * Google's consent, with the params `client_id`, `client_secret` and `refresh_token`.
 * @param scopes what is asked for; all of them must be granted, since Google lets users leave some out.
 */
export function googleOAuth(scopes: readonly string[]): OAuthDefinition {
  return {
    issuer: 'https://accounts.google.com',
    authorizationUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenUrl: GOOGLE_TOKEN_URL,
    scopes,
    requiredScopes: scopes,
    clientIdKey: 'client_id',
    clientSecretKey: 'client_secret',
    // Without both, Google sends a refresh token with the first consent of a user only, or never.
    authorizationParameters: { access_type: 'offline', prompt: 'consent' },
    tokenParams: { refresh_token: 'refresh_token' },
    consentLostHint: 'Google ends the consents of apps in status "Testing" after 7 days',
  };
}
