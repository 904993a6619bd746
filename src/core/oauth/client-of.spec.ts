import { describe, expect, it } from '@jest/globals';
import type { OAuthDefinition } from '../connectors/index.js';
import { authorizationUrlOf, newCodeVerifier } from './authorization-request.js';
import { clientOf, lookupIn, refreshTokenOf } from './client-of.js';

const definition: OAuthDefinition = {
  authorizationUrl: 'https://a.example/auth?tenant=x',
  tokenUrl: 'https://a.example/token',
  scopes: [],
  clientIdKey: 'app.id',
  clientSecretKey: 'app.secret',
  tokenParams: { access_token: 'token' },
};

describe('What a config holds for OAuth', () => {
  const lookup = lookupIn({ app: { id: 'i', secret: 's', n: 3, empty: '' }, token: 't' });

  it('is found under keys in dot notation', () => {
    expect(clientOf(definition, lookup)).toEqual({ clientId: 'i', clientSecret: 's' });
    expect(refreshTokenOf({ ...definition, optionalTokenParams: { refresh_token: 'token' } }, lookup)).toBe('t');
    expect(refreshTokenOf(definition, lookup)).toBeNull();
  });

  it.each(['app.none', 'app', 'app.n', 'app.empty', 'app.id.deeper', 'constructor.name', '__proto__.toString'])(
    'is nothing under %s',
    (key) => {
      expect(lookup(key)).toBeNull();
    },
  );

  it('is complained about by the names of what is missing', () => {
    const incomplete = { ...definition, clientIdKey: 'a', clientSecretKey: 'b' };
    expect(() => clientOf(incomplete, lookup)).toThrow(/^a: .*; b: /);
  });
});

describe('authorizationUrlOf', () => {
  const request = { clientId: 'i', redirectUri: 'https://b.example/cb?x=1', state: 'a:b', codeVerifier: null };

  it('keeps what the page has in its own query, and sends no empty scope', async () => {
    const url = new URL(await authorizationUrlOf(definition, definition.authorizationUrl, request));
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: 'x',
      response_type: 'code',
      client_id: 'i',
      redirect_uri: request.redirectUri,
      state: 'a:b',
    });
  });

  it('lets further parameters of the provider change nothing that the flow needs', async () => {
    const authorizationParameters = {
      state: 'x',
      redirect_uri: 'x',
      client_id: 'x',
      response_type: 'token',
      code_challenge_method: 'plain',
    };
    const codeVerifier = newCodeVerifier(definition);
    const url = new URL(
      await authorizationUrlOf({ ...definition, authorizationParameters }, definition.authorizationUrl, {
        ...request,
        codeVerifier,
      }),
    );
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      state: 'a:b',
      client_id: 'i',
      response_type: 'code',
      code_challenge_method: 'S256',
    });
  });
});
