import { describe, expect, it } from '@jest/globals';
import { field } from './config-field.js';
import { assertOAuth } from './oauth-check.js';
import type { OAuthDefinition } from './oauth-definition.js';

const schema = [
  field.text('client_id', 'Client ID'),
  field.secret('client_secret', 'Client secret'),
  field.secret('refresh_token', 'Refresh token'),
  field.text('open_token', 'Token'),
  field.file('file_token', 'Token'),
];
const good: OAuthDefinition = {
  authorizationUrl: 'https://a.example/auth',
  tokenUrl: 'https://a.example/token',
  scopes: [],
  clientIdKey: 'client_id',
  clientSecretKey: 'client_secret',
  tokenParams: { refresh_token: 'refresh_token' },
};

describe('assertOAuth', () => {
  it('takes a definition that fits its schema, and none', () => {
    expect(() => assertOAuth('X', schema, good)).not.toThrow();
    expect(() => assertOAuth('X', schema, undefined)).not.toThrow();
  });

  it.each<[string, Partial<OAuthDefinition>, string]>([
    ['an undeclared client id', { clientIdKey: 'no' }, 'no is not a declared text field'],
    ['an undeclared token', { tokenParams: { refresh_token: 'no' } }, 'no is not a declared text field'],
    ['a token in a file', { tokenParams: { refresh_token: 'file_token' } }, 'file_token is not a declared text field'],
    ['an open client secret', { clientSecretKey: 'client_id' }, 'client_id must be a secret field'],
    ['an open token', { optionalTokenParams: { access_token: 'open_token' } }, 'open_token must be a secret field'],
    ['plain http', { tokenUrl: 'http://a.example/token' }, 'authorizationUrl and tokenUrl must be https URLs'],
    [
      'a user in the URL',
      { authorizationUrl: 'https://u:p@a.example/' },
      'authorizationUrl and tokenUrl must be https URLs',
    ],
  ])('stops the boot for %s', (_name, change, problem) => {
    expect(() => assertOAuth('X', schema, { ...good, ...change })).toThrow(
      `OAuth definition of X is broken: ${problem}`,
    );
  });
});
