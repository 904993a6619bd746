import { generateKeyPairSync, verify } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Egress } from '../../core/egress/index.js';
import { TokenRequestError } from '../../core/oauth/index.js';
import { TokenEndpoint } from '../../../test/support/peers/token-endpoint.js';
import { egressFor } from '../../../test/support/egress.js';
import { GOOGLE_TOKEN_URL, parseServiceAccount, serviceAccountGrant } from './index.js';

// Facts of Google that this relies on: the assertion is RS256, `aud` is the token endpoint, `scope` stands in the
// claims, `sub` names the user of a domain-wide delegation; a refusal is 400 `invalid_grant` or 401
// `unauthorized_client`; the answer has `access_token`, `expires_in`, `token_type`, no refresh token.
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const json = {
  type: 'service_account',
  client_email: 'robot@project.iam.gserviceaccount.com',
  private_key: pem,
  private_key_id: 'key-1',
  token_uri: 'https://evil.example/token',
};
const SCOPES = ['https://www.googleapis.com/auth/drive.file'];
const never = new AbortController().signal;

let endpoint: TokenEndpoint;
let egress: Egress;
let overrides: Record<string, string>;
let close: () => Promise<void>;
beforeAll(async () => {
  endpoint = await TokenEndpoint.start();
  Logger.overrideLogger(false);
  overrides = { [new URL(GOOGLE_TOKEN_URL).origin]: endpoint.origin };
  const door = egressFor({ allow: [new URL(endpoint.origin).host], overrides });
  egress = door.egress;
  close = door.close;
});
afterAll(async () => {
  await close();
  await endpoint.stop();
});
beforeEach(() => {
  endpoint.calls.length = 0;
});

function partsOf(assertion: string): { header: object; claims: Record<string, unknown>; isSigned: boolean } {
  const [header = '', claims = '', signature = ''] = assertion.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  const content = Buffer.from(`${header}.${claims}`);
  const isSigned = verify('RSA-SHA256', content, publicKey, Buffer.from(signature, 'base64url'));
  return { header: read(header), claims: read(claims), isSigned };
}

describe('The grant of a service account', () => {
  it('sends Google a signed assertion and answers the access token', async () => {
    endpoint.answerJson({ access_token: 'ya29.x', token_type: 'Bearer', expires_in: 3599 });
    const grant = serviceAccountGrant(egress, parseServiceAccount(JSON.stringify(json)), {
      scopes: SCOPES,
      subject: 'a@b.c',
    });
    expect(await grant.request(never)).toMatchObject({
      accessToken: 'ya29.x',
      expiresIn: 3599,
      scopes: SCOPES,
      refreshToken: null,
    });

    const [call] = endpoint.calls;
    expect(Object.keys(call?.form ?? {}).sort()).toEqual(['assertion', 'grant_type']);
    expect(call?.form['grant_type']).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const { header, claims, isSigned } = partsOf(call?.form['assertion'] ?? '');
    expect(isSigned).toBe(true);
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' });
    expect(claims).toEqual({
      iss: json.client_email,
      scope: SCOPES.join(' '),
      aud: 'https://oauth2.googleapis.com/token',
      sub: 'a@b.c',
      iat: expect.any(Number),
      exp: (claims['iat'] as number) + 3600,
    });
  });

  it('names no user without one', async () => {
    endpoint.answerJson({ access_token: 'ya29.x', token_type: 'Bearer' });
    const { private_key_id: _id, ...bare } = json;
    await serviceAccountGrant(egress, parseServiceAccount(JSON.stringify(bare)), { scopes: SCOPES }).request(never);
    const { header, claims } = partsOf(endpoint.calls[0]?.form['assertion'] ?? '');
    expect(claims).not.toHaveProperty('sub');
    expect(header).not.toHaveProperty('kid');
  });

  it.each([
    [400, 'invalid_grant', 'Google refused the service account'],
    [401, 'unauthorized_client', 'Google refused the service account'],
    [503, 'invalid_grant', 'The authorization server did not answer as it should'],
  ])('%i %s → %s', async (status, error, message) => {
    endpoint.answerJson({ error, error_description: 'canary-text' }, status);
    const grant = serviceAccountGrant(egress, parseServiceAccount(JSON.stringify(json)), { scopes: SCOPES });
    const refused = await grant.request(never).catch((reason: unknown) => reason);
    expect(refused).toBeInstanceOf(TokenRequestError);
    expect(refused).toMatchObject({ message });
  });

  it('passes the egress policy', async () => {
    const strict = egressFor({ policy: 'strict', overrides });
    const account = parseServiceAccount(JSON.stringify(json));
    await expect(serviceAccountGrant(strict.egress, account, { scopes: [] }).request(never)).rejects.toMatchObject({
      code: 'egress_blocked',
    });
    expect(endpoint.calls).toHaveLength(0);
    await strict.close();
  });
});

describe('parseServiceAccount', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  it.each<[string, string]>([
    ['no JSON', '{"private_key": canary'],
    ['null', 'null'],
    ['a list', '[]'],
    ['another kind of JSON', JSON.stringify({ ...json, type: 'authorized_user' })],
    ['no address', JSON.stringify({ ...json, client_email: '' })],
    ['no key', JSON.stringify({ ...json, private_key: undefined })],
    ['a broken key', JSON.stringify({ ...json, private_key: '-----BEGIN PRIVATE KEY-----\ncanary\n' })],
    ['a key of another kind', JSON.stringify({ ...json, private_key: ec })],
  ])('refuses %s and repeats nothing of it', (_name, text) => {
    const parse = () => parseServiceAccount(text, 'service_account');
    expect(parse).toThrow(/^service_account: /);
    expect(parse).not.toThrow(/canary/);
  });
});
