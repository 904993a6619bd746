import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';

const CALLBACK = 'http://localhost:3000/api/connectors/oauth/callback/slack';
const VERIFIER = 'v'.repeat(64);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');
const REQUEST = {
  response_type: 'code',
  client_id: 'sandbox-client',
  redirect_uri: CALLBACK,
  scope: 'chat:write,chat:write.public',
  state: 'some:state',
};

let sandbox: ChildProcess;
let origin: string;
beforeAll(async () => {
  sandbox = spawn(process.execPath, ['tools/services-sandbox.mjs', '0', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for await (const chunk of sandbox.stdout as AsyncIterable<Buffer>) {
    origin = /Slack sandbox: (http:\/\/[\d.:]+)/.exec((said += chunk.toString()))?.[1] ?? '';
    if (origin !== '') break;
  }
});
afterAll(async () => {
  sandbox.kill();
  if (sandbox.exitCode === null && sandbox.signalCode === null) await once(sandbox, 'exit');
});

function authorize(change: Record<string, string> = {}): Promise<Response> {
  const query = new URLSearchParams({ ...REQUEST, ...change });
  return fetch(`${origin}/oauth/v2/authorize?${query.toString()}`, { redirect: 'manual' });
}

async function codeOf(change: Record<string, string> = {}): Promise<string> {
  const back = new URL((await authorize(change)).headers.get('location') ?? '');
  return back.searchParams.get('code') ?? '';
}

async function call(method: string, body: URLSearchParams | string, token = ''): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${origin}/api/${method}`, { method: 'POST', body, headers });
  return (await answer.json()) as Record<string, unknown>;
}

function exchange(code: string, change: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const form = {
    client_id: 'sandbox-client',
    client_secret: 'sandbox-secret',
    redirect_uri: CALLBACK,
    code,
    ...change,
  };
  return call('oauth.v2.access', new URLSearchParams(form));
}

describe('the authorization server of the services sandbox', () => {
  it('leads back with a code and the state, and gives a token for the code that works', async () => {
    const back = new URL((await authorize()).headers.get('location') ?? '');
    expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual([CALLBACK, 'some:state']);
    const { access_token, ...rest } = await exchange(back.searchParams.get('code') ?? '');
    expect(rest).toMatchObject({ ok: true, token_type: 'bot', scope: 'chat:write,chat:write.public' });
    expect(await call('auth.test', '', String(access_token))).toMatchObject({ ok: true, team: 'Sandbox' });
  });

  it.each<[string, Record<string, string>, string]>([
    ['an unknown client', { client_id: 'other' }, 'invalid_client_id'],
    [
      'a redirect URI elsewhere',
      { redirect_uri: 'http://evil.example/api/connectors/oauth/callback/slack' },
      'bad_redirect_uri',
    ],
    ['a redirect URI with another path', { redirect_uri: `${CALLBACK}/x` }, 'bad_redirect_uri'],
    ['a redirect URI with a query', { redirect_uri: `${CALLBACK}?x=1` }, 'bad_redirect_uri'],
    ['no redirect URI', { redirect_uri: '' }, 'bad_redirect_uri'],
  ])('sends nobody anywhere for %s', async (_name, change, error) => {
    const answer = await authorize(change);
    expect([answer.status, answer.headers.get('location'), await answer.json()]).toEqual([
      400,
      null,
      { ok: false, error },
    ]);
  });

  it.each<[string, Record<string, string>, string]>([
    ['a scope that the app does not have', { scope: 'admin' }, 'invalid_scope'],
    ['a plain challenge', { code_challenge: VERIFIER, code_challenge_method: 'plain' }, 'invalid_request'],
    ['another kind of answer', { response_type: 'token' }, 'unsupported_response_type'],
  ])('leads back without a code for %s', async (_name, change, error) => {
    const back = new URL((await authorize(change)).headers.get('location') ?? '');
    expect(Object.fromEntries(back.searchParams)).toEqual({ state: 'some:state', error });
  });

  it.each<[string, Record<string, string>, string]>([
    ['an unknown client', { client_id: 'other' }, 'invalid_client_id'],
    ['a wrong secret', { client_secret: 'guessed' }, 'bad_client_secret'],
    ['no secret', { client_secret: '' }, 'bad_client_secret'],
    ['another grant', { grant_type: 'refresh_token' }, 'invalid_grant_type'],
    ['an unknown code', { code: 'guessed' }, 'invalid_code'],
    ['another redirect URI', { redirect_uri: CALLBACK.replace('3000', '3001') }, 'bad_redirect_uri'],
    ['a verifier that no challenge asked for', { code_verifier: VERIFIER }, 'invalid_code_verifier'],
  ])('gives no token for %s', async (_name, change, error) => {
    expect(await exchange(await codeOf(), change)).toEqual({ ok: false, error });
  });

  it('takes a code once', async () => {
    const code = await codeOf();
    expect((await exchange(code)).ok).toBe(true);
    expect(await exchange(code)).toEqual({ ok: false, error: 'invalid_code' });
  });

  it('verifies PKCE where the consent was asked for with a challenge', async () => {
    const pkce = { code_challenge: CHALLENGE, code_challenge_method: 'S256' };
    const refused = { ok: false, error: 'invalid_code_verifier' };
    expect(await exchange(await codeOf(pkce))).toEqual(refused);
    expect(await exchange(await codeOf(pkce), { code_verifier: 'w'.repeat(64) })).toEqual(refused);
    expect((await exchange(await codeOf(pkce), { code_verifier: VERIFIER })).ok).toBe(true);
  });

  it('gives what was asked for and no more: without the scope nothing is posted', async () => {
    const { access_token } = await exchange(await codeOf({ scope: 'chat:write.public' }));
    expect(await call('chat.postMessage', '{}', String(access_token))).toEqual({ ok: false, error: 'missing_scope' });
    expect(await call('chat.postMessage', '{}', 'xoxb-guessed')).toEqual({ ok: false, error: 'invalid_auth' });
  });
});
