import { createHash } from 'node:crypto';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { draft } from '../support/scripted-draft.js';
import { CLIENT_ID, CLIENT_SECRET, SCOPES } from '../support/peers/authorization-server.js';
import { BROWSER, callbackPath, ConsentWorld, LIST_URL, PUBLIC_ORIGIN } from './consent-world.js';

let world: ConsentWorld;
beforeAll(async () => {
  world = await ConsentWorld.start();
});
afterAll(() => world.stop());

const REDIRECT_URI = `${PUBLIC_ORIGIN}${callbackPath('vendor_drive')}`;

describe('starting a consent', () => {
  it('answers the consent page with everything that a request needs, its origin overridden', async () => {
    const id = await world.create();
    const started = await world.authorize(id);

    expect(started).toEqual({
      authorization_url: expect.any(String),
      state: expect.stringMatching(new RegExp(`^${id}:[A-Za-z0-9_-]{43}$`)),
      redirect_uri: REDIRECT_URI,
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
    });
    const url = new URL(started.authorization_url);
    expect(url.origin + url.pathname).toBe(`${world.server.origin}/auth`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT_URI,
      scope: SCOPES.join(' '),
      state: started.state,
      code_challenge: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      code_challenge_method: 'S256',
      access_type: 'offline',
      prompt: 'consent',
    });
  });

  it('gives the nonce ten minutes, and never the same one', async () => {
    const id = await world.create();
    const [first, second] = [await world.authorize(id), await world.authorize(id)];
    expect(first.state).not.toBe(second.state);
    const [{ seconds }] = await world.app
      .get(DataSource)
      .query(`SELECT EXTRACT(EPOCH FROM max(expires_at) - now())::float AS seconds FROM ir_connector_oauth_state`);
    expect(seconds).toBeGreaterThan(590);
    expect(seconds).toBeLessThanOrEqual(600);
  });

  it('names the callback in the catalog before any connector exists', async () => {
    const types = (await world.admin.get('/api/connectors/types?category=storage')).body;
    const found = types.find((type: { provider_type: string }) => type.provider_type === 'vendor_drive');
    expect(found.oauth).toEqual({
      redirect_uri: REDIRECT_URI,
      scopes: SCOPES,
      required_keys: ['client_id', 'client_secret'],
    });
  });

  it('leaves PKCE out and joins scopes by a comma where the provider says so', async () => {
    const id = await world.create('own_exchange');
    const url = new URL((await world.authorize(id)).authorization_url);
    expect(url.searchParams.get('scope')).toBe('files.read,files.write');
    expect(url.searchParams.has('code_challenge')).toBe(false);
  });

  it('refuses a provider without OAuth, and a connector without the credentials of its client', async () => {
    const plain = await world.admin.createConnector(draft());
    const refused = await world.admin.post(`/api/connectors/${plain.id}/oauth/authorize`);
    expect(refused).toMatchObject({ status: 422, body: { code: 'connector_not_supported' } });

    const empty = await world.create('vendor_drive', world.admin, {
      param_ids: [{ key: 'client_id', value: CLIENT_ID }],
    });
    const incomplete = await world.admin.post(`/api/connectors/${empty}/oauth/authorize`);
    expect(incomplete).toMatchObject({
      status: 422,
      body: { code: 'connector_config_invalid', errors: [{ pointer: '/param_ids/client_secret' }] },
    });
  });

  it('is for admins of the organization of the connector', async () => {
    const id = await world.create();
    const path = `/api/connectors/${id}/oauth/authorize`;
    const member = await world.app.signIn('First', 'member');
    const stranger = await world.app.signIn('Globex');
    expect((await world.app.anonymous().post(path)).status).toBe(401);
    expect((await member.post(path)).status).toBe(403);
    expect((await stranger.post(path)).status).toBe(404);
    expect((await world.admin.post('/api/connectors/not-a-uuid/oauth/authorize')).body.code).toBe('invalid_id');
    expect((await (await world.admin.withToken({ scopes: ['read'] })).post(path)).status).toBe(403);
  });
});

describe('a consent that is given', () => {
  it('stores the tokens, tests the connection and answers an API client', async () => {
    const id = await world.create();
    const callback = await world.consent(id);
    const before = world.server.tokenCalls.length;
    const answer = await world.admin.get(callback);

    expect(answer.status).toBe(200);
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).toEqual({
      success: true,
      message: 'The tokens are stored',
      connector_id: id,
      test: { success: true, message: 'Connected' },
      action: { type: 'redirect', url: `${LIST_URL}/${id}` },
    });
    // One exchange, and its access token was good for the test: no refresh.
    expect(world.server.tokenCalls.slice(before).map((call) => call.grantType)).toEqual(['authorization_code']);
    const record = await world.admin.readConnector(id);
    expect(record).toMatchObject({ status: 'connected', status_message: 'Connected', version: 2, is_enabled: false });
    const stored = record.param_ids.find((param: { key: string }) => param.key === 'refresh_token');
    expect(stored).toMatchObject({ is_secret: true, is_set: true });
    expect(stored).not.toHaveProperty('value');
    expect(await world.config(id)).toMatchObject({ client_id: CLIENT_ID, refresh_token: expect.any(String) });
  });

  it('proves by the verifier that the code was asked for here', async () => {
    const id = await world.create();
    const { authorization_url } = await world.authorize(id);
    const challenge = new URL(authorization_url).searchParams.get('code_challenge');
    const back = await world.server.consent(authorization_url);
    await world.admin.get(back.pathname + back.search);
    const verifier = world.server.tokenCalls.at(-1)?.form['code_verifier'] ?? '';
    expect(createHash('sha256').update(verifier).digest('base64url')).toBe(challenge);
  });

  it('leads a browser to the form of the connector', async () => {
    const id = await world.create();
    const answer = await world.admin.get(await world.consent(id), BROWSER);
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toBe(`${LIST_URL}/${id}?oauth=success`);
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(answer.text).toBe('');
  });

  it('works with API tokens, which have no session to be bound to', async () => {
    const id = await world.create();
    const token = await world.admin.withToken();
    const answer = await (await world.admin.withToken()).get(await world.consent(id, token));
    expect(answer.body).toMatchObject({ success: true, connector_id: id });
  });

  it('writes an audit row for the start and one for the tokens, with names of keys only', async () => {
    const id = await world.connect();
    const { items } = (await world.admin.get(`/api/connectors/${id}/audit`)).body;
    const actions = items.map((item: { action: string }) => item.action);
    expect(actions).toEqual([
      'connector.tested',
      'connector.oauth_connected',
      'connector.oauth_started',
      'connector.created',
    ]);
    expect(items[1].changed_keys).toEqual(['refresh_token']);
  });

  it('emits the update after commit, without values', async () => {
    const id = await world.create();
    const events: unknown[] = [];
    const listen = (event: unknown) => void events.push(event);
    world.app.get(EventEmitter2).on('ir.connector.updated', listen);
    await world.admin.get(await world.consent(id));
    world.app.get(EventEmitter2).off('ir.connector.updated', listen);
    expect(events).toEqual([expect.objectContaining({ connectorId: id, changedKeys: ['refresh_token'] })]);
  });

  it('replaces the tokens of the consent before', async () => {
    const id = await world.connect();
    const first = (await world.config(id)).refresh_token;
    expect((await world.admin.get(await world.consent(id))).body.success).toBe(true);
    expect((await world.config(id)).refresh_token).not.toBe(first);
  });
});

describe('a consent that is denied', () => {
  it('is a clear result without a call to the token endpoint, and leaves the tokens alone', async () => {
    const id = await world.connect();
    const [config, record] = [await world.config(id), await world.admin.readConnector(id)];
    const calls = world.server.tokenCalls.length;

    const answer = await world.admin.get(await world.consent(id, world.admin, 'deny'));

    expect(answer).toMatchObject({
      status: 200,
      body: { success: false, message: 'The consent was denied', connector_id: id, test: null },
    });
    expect(world.server.tokenCalls).toHaveLength(calls);
    const { items } = (await world.admin.get(`/api/connectors/${id}/audit`)).body;
    expect(items[0]).toMatchObject({ action: 'connector.oauth_failed', facts: { reason: 'access_denied' } });
    expect(await world.config(id)).toEqual(config);
    expect(await world.admin.readConnector(id)).toEqual(record);
  });

  it('leads a browser to the form with a reason from our list', async () => {
    const id = await world.create();
    const answer = await world.admin.get(await world.consent(id, world.admin, 'deny'), BROWSER);
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toBe(`${LIST_URL}/${id}?oauth=error&reason=access_denied`);
  });
});

describe('secrets of a consent', () => {
  it('are in no log line, audit row or table in clear', async () => {
    const id = await world.create();
    const { authorization_url, state } = await world.authorize(id);
    const back = await world.server.consent(authorization_url);
    const pending = await dump();
    await world.admin.get(back.pathname + back.search);
    const call = world.server.tokenCalls.at(-1);
    const { refresh_token } = await world.config(id);
    const secrets = [
      state.split(':')[1],
      back.searchParams.get('code'),
      call?.form['code_verifier'],
      refresh_token,
      [...world.server.uses.keys()].at(-1),
      CLIENT_SECRET,
    ];
    const everything = `${world.app.log.join('')}${pending}${await dump()}`;
    for (const secret of secrets) {
      expect(secret).toEqual(expect.stringMatching(/.{20}/));
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(Buffer.from(secret as string).toString('hex'));
    }
  });

  async function dump(): Promise<string> {
    const database = world.app.get(DataSource);
    const tables = [
      'ir_connector_oauth_state',
      'ir_connector_token',
      'ir_connector_param',
      'ir_connector',
      'audit_event',
    ];
    const rows = await Promise.all(tables.map((table) => database.query(`SELECT t::text AS row FROM ${table} t`)));
    return JSON.stringify(rows);
  }
});
