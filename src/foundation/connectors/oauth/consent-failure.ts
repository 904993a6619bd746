/** Why a callback with a good state brought no tokens: the reasons that a browser is told, with the sentence for people. */
export const CONSENT_FAILURES = {
  access_denied: 'The consent was denied',
  provider_error: 'The provider ended the consent with an error',
  code_missing: 'The provider sent no authorization code',
  issuer_mismatch: 'The answer came from another authorization server',
  code_refused: 'The provider refused the authorization code; start again',
  client_refused: 'The provider refused the client: check client id and client secret',
  exchange_failed: 'The provider did not exchange the authorization code; try again later',
  tokens_missing: 'The provider did not send the promised tokens',
  scopes_missing: 'The consent leaves out a permission that is needed',
  config_changed: 'The configuration changed meanwhile: start again',
  not_saved: 'What the provider sent does not fit the configuration',
} as const;

export type ConsentFailureReason = keyof typeof CONSENT_FAILURES;

/** Ends a consent; what is stored stays as it was. */
export class ConsentFailure extends Error {
  constructor(readonly reason: ConsentFailureReason) {
    super(CONSENT_FAILURES[reason]);
    this.name = 'ConsentFailure';
  }
}
