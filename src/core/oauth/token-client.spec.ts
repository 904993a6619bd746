import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { egressFor } from '../../../test/support/egress.js';
import { TokenEndpoint } from '../../../test/support/peers/token-endpoint.js';
import type { OAuthDefinition } from '../connectors/index.js';
import { TokenClient } from './token-client.js';

const ORIGIN = 'https://auth.vendor.example';
const client = { clientId: 'id', clientSecret: 'secret' };
const TOKENS = { access_token: 'a', token_type: 'bearer', refresh_token: 'r' };
const definition: OAuthDefinition = {
  authorizationUrl: `${ORIGIN}/auth`,
  tokenUrl: `${ORIGIN}/token`,
  scopes: [],
  clientIdKey: 'client_id',
  clientSecretKey: 'client_secret',
  tokenParams: { refresh_token: 'refresh_token' },
};

let endpoint: TokenEndpoint;
let tokens: TokenClient;
let close: () => Promise<void>;
beforeAll(async () => {
  endpoint = await TokenEndpoint.start();
  const allow = [new URL(endpoint.origin).host];
  const door = egressFor({ allow, overrides: { [ORIGIN]: endpoint.origin } });
  tokens = new TokenClient(door.egress);
  close = door.close;
});
afterAll(async () => {
  await close();
  await endpoint.stop();
});
beforeEach(() => {
  endpoint.calls.length = 0;
});

function exchange(change: Partial<OAuthDefinition> = {}, codeVerifier: string | null = 'v'.repeat(43)) {
  const signal = new AbortController().signal;
  const grant = { code: 'c', redirectUri: 'https://here.example/cb', codeVerifier };
  return tokens.exchangeCode({ definition: { ...definition, ...change }, client, signal }, grant);
}

/** An unsigned ID token: over TLS, straight from the token endpoint, its claims are what is checked. */
function idToken(claims: object): string {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: ORIGIN, aud: 'id', sub: 'x', iat: now, exp: now + 60, ...claims };
  const parts = [{ alg: 'RS256' }, all].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return `${parts.join('.')}.AAAA`;
}

describe('A code', () => {
  it('is exchanged with client, redirect URI and verifier in the body', async () => {
    endpoint.answerJson(TOKENS);
    expect(await exchange()).toEqual({
      accessToken: 'a',
      refreshToken: 'r',
      expiresIn: null,
      scopes: null,
      params: new Map([['refresh_token', 'r']]),
    });
    expect(endpoint.calls[0]?.form).toEqual({
      grant_type: 'authorization_code',
      code: 'c',
      redirect_uri: 'https://here.example/cb',
      code_verifier: 'v'.repeat(43),
      client_id: 'id',
      client_secret: 'secret',
    });
  });

  it('is exchanged without a verifier where the provider has no PKCE', async () => {
    endpoint.answerJson(TOKENS);
    expect((await exchange({}, null)).accessToken).toBe('a');
    expect(endpoint.calls[0]?.form).toEqual({
      grant_type: 'authorization_code',
      code: 'c',
      redirect_uri: 'https://here.example/cb',
      client_id: 'id',
      client_secret: 'secret',
    });
  });

  it('is not exchanged for a caller who has gone', async () => {
    const signal = AbortSignal.abort(new Error('gone'));
    const grant = { code: 'c', redirectUri: 'https://here.example/cb', codeVerifier: null };
    await expect(tokens.exchangeCode({ definition, client, signal }, grant)).rejects.toThrow('gone');
    expect(endpoint.calls).toHaveLength(0);
  });
});

describe('An answer', () => {
  it.each<[unknown, number | null]>([
    [3600, 3600],
    ['3600', 3600],
    [0, 0],
    [1e12, 365 * 24 * 3600],
    [undefined, null],
  ])('with a lifetime of %p counts as %p seconds', async (expires_in, seconds) => {
    endpoint.answerJson({ ...TOKENS, expires_in });
    expect((await exchange()).expiresIn).toBe(seconds);
  });

  it.each(['a b', 'a,b', 'a, b', ' a  b '])('with the scopes %j names both', async (scope) => {
    endpoint.answerJson({ ...TOKENS, scope });
    expect((await exchange()).scopes).toEqual(['a', 'b']);
  });

  it('takes a token type only where the provider knows it', async () => {
    endpoint.answerJson({ ...TOKENS, token_type: 'bot' });
    await expect(exchange()).rejects.toMatchObject({ failure: 'malformed' });
    expect((await exchange({ tokenTypes: ['bot'] })).accessToken).toBe('a');
  });

  it('with an ID token is held to the issuer, when the provider names one', async () => {
    endpoint.answerJson({ ...TOKENS, id_token: idToken({}) });
    expect((await exchange({ issuer: ORIGIN })).accessToken).toBe('a');
    endpoint.answerJson({ ...TOKENS, id_token: idToken({ iss: 'https://evil.example' }) });
    await expect(exchange({ issuer: ORIGIN })).rejects.toMatchObject({ failure: 'malformed' });
    expect((await exchange()).accessToken).toBe('a');
  });

  it('with an ID token for another client is refused', async () => {
    endpoint.answerJson({ ...TOKENS, id_token: idToken({ aud: 'other' }) });
    await expect(exchange({ issuer: ORIGIN })).rejects.toMatchObject({ failure: 'malformed' });
  });
});
