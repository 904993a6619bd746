/**
 * The authorization server of the services sandbox. It gives every consent that it is rightly asked for, and is strict
 * otherwise: known client, known redirect URI, known scopes, codes that work once, for ten minutes and for whom they
 * were issued, and PKCE (S256) whenever the consent was asked for with a challenge.
 */
import { createHash, randomBytes } from 'node:crypto';

const CODE_MS = 10 * 60_000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export class Consents {
  #codes = new Map();
  #tokens = new Map();

  /**
   * @param client `id`, `secret`, `scopes` that it may ask for, and the `callback` path that consents come back to, on
   *   any port of loopback.
   */
  constructor(client) {
    this.client = client;
  }

  /** The consent page. @returns where the browser goes, or why it goes nowhere. */
  authorize(query) {
    const redirectUri = query.get('redirect_uri') ?? '';
    if (query.get('client_id') !== this.client.id) return { refused: 'invalid_client_id' };
    if (!this.#isRegistered(redirectUri)) return { refused: 'bad_redirect_uri' };
    const scopes = (query.get('scope') ?? '').split(/[ ,]/).filter((scope) => scope !== '');
    const challenge = query.get('code_challenge');
    const back = new URL(redirectUri);
    if (query.has('state')) back.searchParams.set('state', query.get('state'));
    const error = this.#errorIn(query, scopes, challenge);
    if (error !== null) {
      back.searchParams.set('error', error);
    } else {
      const code = randomBytes(16).toString('hex');
      this.#codes.set(code, { redirectUri, scopes, challenge, until: Date.now() + CODE_MS });
      back.searchParams.set('code', code);
    }
    return { location: back.href };
  }

  /** The token endpoint. @returns a token with its scopes, or why there is none. */
  exchange(form) {
    if (form.get('client_id') !== this.client.id) return { refused: 'invalid_client_id' };
    if (form.get('client_secret') !== this.client.secret) return { refused: 'bad_client_secret' };
    if ((form.get('grant_type') ?? 'authorization_code') !== 'authorization_code') {
      return { refused: 'invalid_grant_type' };
    }
    const issued = this.#codes.get(form.get('code'));
    this.#codes.delete(form.get('code'));
    if (issued === undefined || issued.until < Date.now()) return { refused: 'invalid_code' };
    if (form.get('redirect_uri') !== issued.redirectUri) return { refused: 'bad_redirect_uri' };
    if (!isProven(issued.challenge, form.get('code_verifier'))) return { refused: 'invalid_code_verifier' };
    const token = `xoxb-${randomBytes(16).toString('hex')}`;
    this.#tokens.set(token, issued.scopes);
    return { token, scopes: issued.scopes };
  }

  /** @param authorization the header. @returns the scopes of its token, `null` when that was never issued. */
  scopesOf(authorization = '') {
    return this.#tokens.get(/^Bearer (.+)$/.exec(authorization)?.[1]) ?? null;
  }

  #isRegistered(redirectUri) {
    const url = URL.canParse(redirectUri) ? new URL(redirectUri) : null;
    return (
      url?.protocol === 'http:' && LOOPBACK.has(url.hostname) && redirectUri === `${url.origin}${this.client.callback}`
    );
  }

  #errorIn(query, scopes, challenge) {
    if (!['code', null].includes(query.get('response_type'))) return 'unsupported_response_type';
    if (scopes.length === 0 || scopes.some((scope) => !this.client.scopes.includes(scope))) return 'invalid_scope';
    if (challenge !== null && query.get('code_challenge_method') !== 'S256') return 'invalid_request';
    return null;
  }
}

/** A verifier without a challenge is refused too: somebody took the challenge out on the way. */
function isProven(challenge, verifier) {
  if (challenge === null || verifier === null) return challenge === verifier;
  return createHash('sha256').update(verifier).digest('base64url') === challenge;
}
