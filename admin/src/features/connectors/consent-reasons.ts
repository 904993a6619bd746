/** How a consent ended and what to do next, by the reason that the server puts into the address. */
export const CONSENT_REASONS: Readonly<Record<string, string>> = {
  access_denied: 'The consent was denied at the provider. Start again and allow what is asked for.',
  provider_error:
    'The provider ended the consent with an error. Check the client and its redirect URI there, then start again.',
  code_missing: 'The provider sent no authorization code. Start again.',
  issuer_mismatch: 'The answer came from another authorization server than expected. Nothing was stored; start again.',
  code_refused: 'The provider refused the authorization code, which is good for a short time only. Start again.',
  client_refused: 'The provider refused the client. Check client ID and client secret, save, and start again.',
  exchange_failed: 'The provider did not exchange the authorization code. Try again in a while.',
  tokens_missing:
    'The provider did not send the promised tokens. Remove the access of this app there, then start again.',
  scopes_missing: 'The consent leaves out a permission that is needed. Start again and allow all of them.',
  config_changed: 'The configuration changed while the consent was open. Start again.',
  not_saved: 'What the provider sent does not fit the configuration. Nothing was stored.',
  state_invalid:
    'This consent was not started here, was used already, or is over after ten minutes. Start it again from the connector.',
  forbidden: 'You may not connect this. Ask an admin of the organization.',
};

const UNKNOWN = 'The consent did not succeed. Start again.';

export function consentSentence(reason: string | undefined): string {
  return reason !== undefined && Object.hasOwn(CONSENT_REASONS, reason)
    ? (CONSENT_REASONS[reason] ?? UNKNOWN)
    : UNKNOWN;
}
