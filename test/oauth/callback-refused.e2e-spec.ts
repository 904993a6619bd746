import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { OAuthStateStore } from '../../src/foundation/connectors/oauth/oauth-state.store.js';
import type { Answer, TestClient } from '../support/client.js';
import { BROWSER, callbackPath, ConsentWorld, LIST_URL, PUBLIC_ORIGIN } from './consent-world.js';

let world: ConsentWorld;
let database: DataSource;
let calls: number;
beforeAll(async () => {
  world = await ConsentWorld.start();
  database = world.app.get(DataSource);
});
afterAll(() => world.stop());
beforeEach(() => {
  calls = world.server.tokenCalls.length;
});

/** Refused, by one answer for all causes, before any call to the token endpoint. */
function expectRefused(answer: Answer): void {
  expect(answer).toMatchObject({ status: 400, body: { code: 'oauth_state_invalid' } });
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.headers['referrer-policy']).toBe('no-referrer');
  expect(world.server.tokenCalls).toHaveLength(calls);
}

/** The state is as good as before. */
async function expectUnconsumed(callback: string, client: TestClient = world.admin): Promise<void> {
  expect((await client.get(callback)).body).toMatchObject({ success: true });
}

async function pendingOf(id: string): Promise<number> {
  const [row] = await database.query(
    'SELECT count(*)::int AS pending FROM ir_connector_oauth_state WHERE connector_id = $1',
    [id],
  );
  return row.pending as number;
}

function withState(callback: string, change: (state: string) => string): string {
  const url = new URL(callback, 'http://x');
  url.searchParams.set('state', change(url.searchParams.get('state') ?? ''));
  return url.pathname + url.search;
}

/** Another nonce of the same form. */
function otherNonce(state: string): string {
  const at = state.indexOf(':') + 1;
  return `${state.slice(0, at)}${state[at] === 'A' ? 'B' : 'A'}${state.slice(at + 1)}`;
}

describe('a callback that comes again', () => {
  it('of 100 parallel copies, one is exchanged', async () => {
    const id = await world.create();
    const callback = await world.consent(id);
    const answers = await Promise.all(Array.from({ length: 100 }, () => world.admin.get(callback)));
    expect(answers.filter(({ status }) => status === 200).map(({ body }) => body.success)).toEqual([true]);
    const refused = answers.filter(({ status }) => status === 400);
    expect(refused.map(({ body }) => body.code)).toEqual(Array(99).fill('oauth_state_invalid'));
    expect(world.server.tokenCalls.slice(calls).map(({ grantType }) => grantType)).toEqual(['authorization_code']);
    expect((await world.admin.readConnector(id)).status).toBe('connected');
  });

  it('is refused after a consent that was denied, too', async () => {
    const id = await world.create();
    const callback = await world.consent(id, world.admin, 'deny');
    expect((await world.admin.get(callback)).body.success).toBe(false);
    expectRefused(await world.admin.get(callback));
  });
});

describe('a callback that comes from somebody else', () => {
  it('another admin of the same organization is refused, and the state stays good', async () => {
    const id = await world.create();
    const callback = await world.consent(id);
    expectRefused(await (await world.app.signIn('First')).get(callback));
    await expectUnconsumed(callback);
  });

  it('another user is refused also where no session binds the state', async () => {
    const id = await world.create();
    const token = await world.admin.withToken();
    const callback = await world.consent(id, token);
    const other = await world.app.signIn('First');
    expectRefused(await other.get(callback));
    expectRefused(await (await other.withToken()).get(callback));
    await expectUnconsumed(callback, token);
  });

  it('another session of the same user is refused, and the state stays good', async () => {
    const id = await world.create();
    const callback = await world.consent(id);
    const again = world.app.anonymous();
    await again.logIn(world.admin.identity.email, world.admin.identity.password);
    expectRefused(await again.get(callback));
    expectRefused(await (await world.admin.withToken()).get(callback));
    await expectUnconsumed(callback);
  });

  it('another organization is refused, and the state stays good', async () => {
    const id = await world.create();
    const callback = await world.consent(id);
    expectRefused(await (await world.app.signIn('Globex')).get(callback));
    await expectUnconsumed(callback);
  });

  it('under the path of another provider it is refused, and the state stays good', async () => {
    const id = await world.create();
    const callback = await world.consent(id);
    expectRefused(await world.admin.get(callback.replace('vendor_drive', 'hostile_drive')));
    expectRefused(await world.admin.get(callback.replace('vendor_drive', 'no_such_provider')));
    expect(world.endpoint.calls).toHaveLength(0);
    await expectUnconsumed(callback);
  });

  it('a user who left the organization meanwhile is refused', async () => {
    const leaver = await world.app.signIn('First');
    const id = await world.create('vendor_drive', leaver);
    const callback = await world.consent(id, leaver);
    await database.query('DELETE FROM res_membership WHERE user_id = $1', [leaver.identity.userId]);
    expectRefused(await leaver.get(callback));
  });

  it('a user who is no admin any more gets 403, and nothing is exchanged', async () => {
    const demoted = await world.app.signIn('First');
    const id = await world.create('vendor_drive', demoted);
    const callback = await world.consent(id, demoted);
    await database.query(`UPDATE res_membership SET role = 'member' WHERE user_id = $1`, [demoted.identity.userId]);
    const answer = await demoted.get(callback, BROWSER);
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toBe(`${LIST_URL}?oauth=error&reason=forbidden`);
    expect(world.server.tokenCalls).toHaveLength(calls);
  });

  it('a token that may only read gets 403, and the state stays good', async () => {
    const id = await world.create();
    const callback = await world.consent(id, await world.admin.withToken());
    const reader = await world.admin.withToken({ scopes: ['read'] });
    expect((await reader.get(callback)).status).toBe(403);
    await expectUnconsumed(callback, await world.admin.withToken());
  });
});

describe('a callback whose state is not good', () => {
  it('that is too late is refused and used up', async () => {
    const id = await world.create();
    const callback = await world.consent(id);
    await database.query(
      `UPDATE ir_connector_oauth_state SET expires_at = now() - interval '1 ms' WHERE connector_id = $1`,
      [id],
    );
    expectRefused(await world.admin.get(callback));
    expect(await pendingOf(id)).toBe(0);
  });

  it('whose nonce is another one is refused', async () => {
    const id = await world.create();
    const callback = await world.consent(id);
    expectRefused(await world.admin.get(withState(callback, otherNonce)));
    await expectUnconsumed(callback);
  });

  it('whose connector is another one is refused and used up', async () => {
    const [id, other] = [await world.create(), await world.create()];
    const callback = await world.consent(id);
    expectRefused(await world.admin.get(withState(callback, (state) => state.replace(id, other))));
    expectRefused(await world.admin.get(callback));
    expect((await world.config(other)).refresh_token).toBeUndefined();
  });

  it('whose connector was deleted meanwhile is refused', async () => {
    const id = await world.create();
    const callback = await world.consent(id);
    expect((await world.admin.delete(`/api/connectors/${id}`)).status).toBe(204);
    expectRefused(await world.admin.get(callback));
  });

  it.each([
    ['another client', [{ key: 'client_id', value: 'other-client' }]],
    ['another secret', [{ key: 'client_secret', value: 'other-secret' }]],
    ['any other param', [{ key: 'folder', value: 'Elsewhere' }]],
  ])('whose connector got %s meanwhile is refused before the code goes out, and used up', async (_name, param_ids) => {
    const id = await world.create();
    const callback = await world.consent(id);
    expect((await world.admin.patch(`/api/connectors/${id}`, { param_ids })).status).toBe(200);
    expect((await world.admin.get(callback)).body).toMatchObject({
      success: false,
      message: 'The configuration changed meanwhile: start again',
      test: null,
    });
    expect(world.server.tokenCalls).toHaveLength(calls);
    expect((await world.config(id)).refresh_token).toBeUndefined();
    expectRefused(await world.admin.get(callback));
  });

  it('whose connector got another name meanwhile is good', async () => {
    const id = await world.create();
    const callback = await world.consent(id);
    await world.admin.patch(`/api/connectors/${id}`, { name: 'Renamed' });
    await expectUnconsumed(callback);
  });

  it('whose connector was made again under another id is refused', async () => {
    const id = await world.create();
    const callback = await world.consent(id);
    await world.admin.delete(`/api/connectors/${id}`);
    const again = await world.create();
    expectRefused(await world.admin.get(withState(callback, (state) => state.replace(id, again))));
    expect((await world.config(again)).refresh_token).toBeUndefined();
  });

  it('that was signed out meanwhile is refused after the next sign-in', async () => {
    const user = await world.app.signIn('First');
    const id = await world.create('vendor_drive', user);
    const callback = await world.consent(id, user);
    await user.post('/api/auth/logout');
    await user.logIn(user.identity.email, user.identity.password);
    expectRefused(await user.get(callback));
    expect(await pendingOf(id)).toBe(0);
  });

  it.each([
    ['none', ''],
    ['empty', 'state=&'],
    ['no nonce', 'state=01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22&'],
    ['no connector', `state=:${'A'.repeat(43)}&`],
    ['an unknown one', `state=01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22:${'A'.repeat(43)}&`],
    ['upper case', `state=01935A5E-7D2C-7C3A-9B1E-2F6F0C9A1B22:${'A'.repeat(43)}&`],
    ['a long one', `state=${'a'.repeat(8000)}&`],
    ['an object', 'state[a]=b&'],
  ])('%s is refused', async (_name, query) => {
    expectRefused(await world.admin.get(`${callbackPath('vendor_drive')}?${query}code=x`));
    expectRefused(await world.admin.get(`${callbackPath('vendor_drive')}?${query}error=access_denied`));
  });

  it('a state given twice is 400', async () => {
    const id = await world.create();
    const callback = await world.consent(id);
    const answer = await world.admin.get(`${callback}&state=x`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    await expectUnconsumed(callback);
  });

  it.each([
    'https%3A%2F%2Fevil.example',
    '',
    'https%3A%2F%2Fauth.vendor.example%2F',
    'https%3A%2F%2FAUTH.vendor.example',
  ])('from the issuer "%s" is refused without a call to the token endpoint', async (iss) => {
    const id = await world.create();
    const callback = (await world.consent(id)).replace(/([?&]iss=)[^&]*/, `$1${iss}`);
    expect((await world.admin.get(callback)).body).toMatchObject({
      success: false,
      message: 'The answer came from another authorization server',
      test: null,
    });
    expect(world.server.tokenCalls).toHaveLength(calls);
  });

  it('without the issuer that its server always sends is refused without a call to the token endpoint', async () => {
    const id = await world.create();
    const callback = (await world.consent(id)).replace(/([?&])iss=[^&]*/, '$1');
    expect(callback).not.toContain('iss=');
    expect((await world.admin.get(callback)).body).toMatchObject({
      success: false,
      message: 'The answer came from another authorization server',
      test: null,
    });
    expect(world.server.tokenCalls).toHaveLength(calls);
  });

  it('whose issuer is given twice is refused', async () => {
    const id = await world.create();
    const callback = await world.consent(id);
    const answer = await world.admin.get(`${callback}&iss=https%3A%2F%2Fevil.example`);
    expect(answer.body.success ?? false).toBe(false);
    expect(world.server.tokenCalls).toHaveLength(calls);
  });

  it('with the code of another consent is refused by PKCE, and nothing is stored', async () => {
    const [victim, attacker] = [await world.create(), await world.create()];
    const stolen = new URL(await world.consent(victim), 'http://x').searchParams.get('code') ?? '';
    const injected = new URL(await world.consent(attacker), 'http://x');
    injected.searchParams.set('code', stolen);
    const answer = await world.admin.get(injected.pathname + injected.search);
    expect(answer.body).toMatchObject({ success: false, test: null });
    expect(world.server.tokenCalls.slice(calls)).toMatchObject([{ status: 400, form: { code: stolen } }]);
    expect((await world.config(attacker)).refresh_token).toBeUndefined();
    expect((await world.admin.readConnector(attacker)).status).toBe('draft');
  });

  it('without a code is a clear result', async () => {
    const id = await world.create();
    const callback = (await world.consent(id)).replace(/code=[^&]*&/, '');
    expect((await world.admin.get(callback)).body).toMatchObject({
      success: false,
      message: 'The provider sent no authorization code',
    });
    expect(world.server.tokenCalls).toHaveLength(calls);
  });

  it('is audited, without the state', async () => {
    const state = `01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22:${'Q'.repeat(43)}`;
    await world.admin.get(`${callbackPath('vendor_drive')}?state=${state}&code=canary-code`);
    const rows = await database.query(`SELECT * FROM audit_event WHERE action = 'connector.oauth_refused'`);
    expect(rows.at(-1).actor_user_id).toBe(world.admin.identity.userId);
    expect(JSON.stringify(rows)).not.toMatch(/Q{43}|canary-code/);
  });
});

describe('answers for browsers', () => {
  it('a refused state leads to the list with the reason', async () => {
    const answer = await world.admin.get(`${callbackPath('vendor_drive')}?state=x&code=canary`, BROWSER);
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toBe(`${LIST_URL}?oauth=error&reason=state_invalid`);
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
  });

  it('a signed-out browser is led to the sign-in, without code and state, and the state stays good', async () => {
    const id = await world.create();
    const callback = await world.consent(id);
    const answer = await world.app.anonymous().get(callback, BROWSER);
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toBe(`/login?next=${encodeURIComponent(LIST_URL)}`);
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(world.server.tokenCalls).toHaveLength(calls);
    await expectUnconsumed(callback);
  });

  it('a signed-out API client gets 401', async () => {
    const answer = await world.app.anonymous().get(`${callbackPath('vendor_drive')}?state=x&code=y`);
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  it('asking for the head only changes nothing', async () => {
    const id = await world.create();
    const callback = await world.consent(id);
    expect((await world.admin.head(callback)).status).toBe(405);
    expect(world.server.tokenCalls).toHaveLength(calls);
    await expectUnconsumed(callback);
  });
});

describe('foreign places to be sent to', () => {
  const FOREIGN = 'https://evil.example';
  const ASKED = ['redirect_uri', 'redirect', 'return_to', 'next', 'url', 'continue', 'target_link_uri']
    .map((name) => `&${name}=${encodeURIComponent(FOREIGN)}`)
    .join('');
  const HEADERS = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' };
  const headers = { ...HEADERS, accept: BROWSER.headers.accept, referer: FOREIGN, origin: FOREIGN };

  it('are not in the query or the headers of a callback', async () => {
    const [good, denied] = [await world.create(), await world.create()];
    const callbacks = [
      [(await world.consent(good)) + ASKED, `${LIST_URL}/${good}?oauth=success`],
      [
        (await world.consent(denied, world.admin, 'deny')) + ASKED,
        `${LIST_URL}/${denied}?oauth=error&reason=access_denied`,
      ],
      [`${callbackPath('vendor_drive')}?state=x${ASKED}`, `${LIST_URL}?oauth=error&reason=state_invalid`],
    ] as const;
    for (const [callback, location] of callbacks) {
      const answer = await world.admin.get(callback, { headers });
      expect([answer.status, answer.headers['location']]).toEqual([303, location]);
    }
    const signedOut = await world.app.anonymous().get(`${callbackPath('vendor_drive')}?state=x${ASKED}`, { headers });
    expect(signedOut.headers['location']).toBe(`/login?next=${encodeURIComponent(LIST_URL)}`);
  });

  it('are not in the body, the query or the headers of a start', async () => {
    const id = await world.create();
    const path = `/api/connectors/${id}/oauth/authorize`;
    const body = { redirect_uri: `${FOREIGN}/callback` };
    const started = await world.admin.post(`${path}?redirect_uri=${FOREIGN}`, body, { headers: HEADERS });
    expect(started.text).not.toContain('evil');
    expect(started.body.redirect_uri).toBe(`${PUBLIC_ORIGIN}${callbackPath('vendor_drive')}`);
    const plain = await world.admin.post(path, undefined, { headers: HEADERS });
    expect(new URL(plain.body.authorization_url).searchParams.get('redirect_uri')).toBe(plain.body.redirect_uri);
    expect(plain.body.redirect_uri).toBe(`${PUBLIC_ORIGIN}${callbackPath('vendor_drive')}`);
  });

  it('are not taken by the authorization server either, and the code is good for the registered one only', async () => {
    const id = await world.create();
    const { authorization_url } = await world.authorize(id);
    const led = new URL(authorization_url);
    led.searchParams.set('redirect_uri', `${FOREIGN}/callback`);
    await expect(world.server.consent(led.href)).rejects.toThrow(/400/);
    expect(world.server.tokenCalls).toHaveLength(calls);
  });
});

describe('consents that nobody finishes', () => {
  it('are removed once they are past their time', async () => {
    const [late, open] = [await world.create(), await world.create()];
    await Promise.all([world.authorize(late), world.authorize(open)]);
    await database.query(
      `UPDATE ir_connector_oauth_state SET expires_at = now() - interval '1 s' WHERE connector_id = $1`,
      [late],
    );
    expect(await world.app.get(OAuthStateStore).purge()).toBeGreaterThan(0);
    expect([await pendingOf(late), await pendingOf(open)]).toEqual([0, 1]);
  });
});
