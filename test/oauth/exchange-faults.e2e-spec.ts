import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import type { Answer } from '../support/client.js';
import { CLIENT_ID, CLIENT_SECRET } from '../support/peers/authorization-server.js';
import { OwnExchangeProvider } from './consent-providers.js';
import { BROWSER, ConsentWorld, LIST_URL } from './consent-world.js';

const CANARIES = [CLIENT_SECRET, 'canary-code-55aa', 'canary-access-token', 'canary-refresh-token', 'canary-text'];
const TOKENS = {
  access_token: 'canary-access-token',
  token_type: 'Bearer',
  expires_in: 3600,
  refresh_token: 'canary-refresh-token',
};
const STORED = [
  { key: 'client_id', value: CLIENT_ID },
  { key: 'client_secret', value: CLIENT_SECRET },
  { key: 'refresh_token', value: 'stored-refresh-token' },
];

let world: ConsentWorld;
beforeAll(async () => {
  world = await ConsentWorld.start();
});
afterAll(() => world.stop());
beforeEach(() => {
  world.endpoint.calls.length = 0;
});

interface Finished {
  readonly id: string;
  readonly answer: Answer;
}

/** Goes through a callback of a connector that has tokens already. */
async function finish(param_ids: object[] = STORED, extra = ''): Promise<Finished> {
  const id = await world.create('hostile_drive', world.admin, { param_ids });
  return { id, answer: await world.admin.get(await world.hostileCallback(id, extra)) };
}

/** The stored tokens are as they were, and nothing of what the other side sent is anywhere. */
async function expectUntouched({ id, answer }: Finished, message: RegExp): Promise<void> {
  expect(answer).toMatchObject({ status: 200, body: { success: false, connector_id: id, test: null } });
  expect(answer.body.message).toMatch(message);
  expect(await world.admin.readConnector(id)).toMatchObject({ version: 1, status: 'draft', status_message: null });
  const audit = await world.app.get(DataSource).query('SELECT a::text FROM audit_event a');
  expectNoCanary(`${answer.text}${world.app.log.join('')}${JSON.stringify(audit)}`);
  expect((await world.config(id)).refresh_token).toBe('stored-refresh-token');
}

function expectNoCanary(text: string): void {
  for (const canary of CANARIES) expect(text).not.toContain(canary);
}

describe('a token endpoint that refuses or fails', () => {
  const echo = { error_description: `canary-text ${CANARIES.join(' ')}` };
  const refusals: [name: string, status: number, body: object, message: RegExp][] = [
    [
      '400 invalid_grant with every secret echoed',
      400,
      { error: 'invalid_grant', ...echo },
      /refused the authorization code/,
    ],
    ['401 invalid_client', 401, { error: 'invalid_client', ...echo }, /client id and client secret/],
    ['200 with an error in its body', 200, { ok: false, error: 'invalid_grant' }, /refused the authorization code/],
    ['400 with a code that nobody knows', 400, { error: 'canary-text' }, /did not exchange/],
    ['400 without a code', 400, { message: 'canary-text' }, /did not exchange/],
    ['429', 429, { error: 'invalid_grant' }, /did not exchange/],
    ['500 with the body of a success', 500, TOKENS, /did not exchange/],
    ['503 with the body of a refusal', 503, { error: 'invalid_grant' }, /did not exchange/],
    ['201', 201, TOKENS, /did not exchange/],
  ];
  it.each(refusals)('%s', async (_name, status, body, message) => {
    world.endpoint.answerJson(body, status);
    await expectUntouched(await finish(), message);
    expect(world.endpoint.calls).toHaveLength(1);
  });

  const partial: [name: string, body: object, message: RegExp][] = [
    ['nothing', {}, /promised tokens/],
    ['no access token', { ...TOKENS, access_token: undefined }, /promised tokens/],
    ['an access token that is no text', { ...TOKENS, access_token: { a: 'canary-text' } }, /promised tokens/],
    ['a refresh token that is no text', { ...TOKENS, refresh_token: 7 }, /promised tokens/],
    ['no token type', { ...TOKENS, token_type: undefined }, /promised tokens/],
    ['a token type that nobody knows', { ...TOKENS, token_type: 'mac' }, /promised tokens/],
    ['a list', [TOKENS], /promised tokens/],
    ['fewer scopes than are needed', { ...TOKENS, scope: 'files.write' }, /leaves out a permission/],
    ['a value that its field does not take', { ...TOKENS, team: 'canary-text UPPER' }, /does not fit/],
    ['another host for the kept secrets', { ...TOKENS, instance_url: 'https://evil.example' }, /does not fit/],
    ['a value beyond all limits', { ...TOKENS, refresh_token: 'x'.repeat(70_000) }, /does not fit/],
  ];
  it.each(partial)('200 with %s', async (_name, body, message) => {
    world.endpoint.answerJson(body);
    await expectUntouched(await finish(), message);
  });

  it('HTML', async () => {
    world.endpoint.answer = (response) =>
      void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>canary-text</html>');
    await expectUntouched(await finish(), /promised tokens/);
  });

  it.each([301, 302, 303, 307, 308])('a redirect (%i), which is not followed', async (status) => {
    world.endpoint.answer = (response) =>
      void response.writeHead(status, { location: `${world.endpoint.origin}/elsewhere` }).end();
    await expectUntouched(await finish(), /did not exchange/);
    expect(world.endpoint.strays).toEqual([]);
  });

  it('more than a mebibyte', async () => {
    world.endpoint.answerJson({ ...TOKENS, padding: 'x'.repeat(1024 ** 2) });
    await expectUntouched(await finish(), /did not exchange/);
  });

  it('a connection that is cut', async () => {
    world.endpoint.answer = (response) => void response.socket?.destroy();
    await expectUntouched(await finish(), /did not exchange/);
  });

  it('no answer within ten seconds, a drop each second for ever, or no end, whoever exchanges', async () => {
    const drip = (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write('{'), 200);
      response.on('close', () => clearInterval(timer));
    };
    let calls = 0;
    world.endpoint.answer = (response) => ((calls += 1) === 1 ? undefined : drip(response));
    const own = await world.create('own_exchange', world.admin, { param_ids: STORED });
    world.app.get(OwnExchangeProvider).answer = () => new Promise(() => undefined);
    const [standard, dripping, byProvider] = await Promise.all([
      finish(),
      finish(),
      world.hostileCallback(own, '', 'own_exchange').then((callback) => world.admin.get(callback)),
    ]);
    expect(calls).toBe(2);
    await expectUntouched(standard, /did not exchange/);
    await expectUntouched(dripping, /did not exchange/);
    await expectUntouched({ id: own, answer: byProvider }, /did not exchange/);
  });

  it('tells a browser a reason from our list only', async () => {
    world.endpoint.answerJson({ error: 'invalid_client', error_description: 'canary-text' }, 401);
    const id = await world.create('hostile_drive');
    const answer = await world.admin.get(await world.hostileCallback(id), BROWSER);
    expect(answer.headers['location']).toBe(`${LIST_URL}/${id}?oauth=error&reason=client_refused`);
  });

  it('an address that the egress policy blocks', async () => {
    const strict = await ConsentWorld.start({ env: { EDE_EGRESS_POLICY: 'strict' } });
    try {
      const id = await strict.create('hostile_drive');
      expect((await strict.admin.get(await strict.hostileCallback(id))).body.success).toBe(false);
      expect(strict.endpoint.calls).toHaveLength(0);
    } finally {
      await strict.stop();
    }
  });
});

describe('an error that the vendor sends instead of a code', () => {
  it.each([
    ['access_denied', 'The consent was denied'],
    ['server_error', 'The provider ended the consent with an error'],
    ['canary-text', 'The provider ended the consent with an error'],
    ['%3Cscript%3Ealert(1)%3C%2Fscript%3Ecanary-text', 'The provider ended the consent with an error'],
    ['access_denied%0d%0aset-cookie:canary-text', 'The provider ended the consent with an error'],
  ])('%s', async (error, message) => {
    const finished = await finish(STORED, `&error=${error}&error_description=canary-text`);
    await expectUntouched(finished, new RegExp(message));
    expect(world.endpoint.calls).toHaveLength(0);
  });

  it('with markup leads a browser to our own page, with a reason of ours and nothing of it', async () => {
    const id = await world.create('hostile_drive');
    const markup = encodeURIComponent('"><img src=x onerror=alert(1)>canary-text\r\nx-canary: 1');
    const extra = `&error=${markup}&error_description=${markup}&error_uri=${markup}`;
    const answer = await world.admin.get(await world.hostileCallback(id, extra), BROWSER);
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toBe(`${LIST_URL}/${id}?oauth=error&reason=provider_error`);
    expect(`${answer.text}${JSON.stringify(answer.headers)}`).not.toMatch(/canary|onerror|<img/);
  });

  it.each([
    ['no code', ''],
    ['an empty code', 'code=&'],
    ['a code beyond all limits', `code=${'c'.repeat(5000)}&`],
  ])('%s', async (_name, code) => {
    const id = await world.create('hostile_drive', world.admin, { param_ids: STORED });
    const callback = (await world.hostileCallback(id)).replace(/&code=.*$/, `&${code}`).replace(/&$/, '');
    await expectUntouched({ id, answer: await world.admin.get(callback) }, /no authorization code/);
    expect(world.endpoint.calls).toHaveLength(0);
  });
});

describe('an answer with more or less than was asked for', () => {
  it('a missing refresh token keeps the stored one', async () => {
    world.endpoint.answerJson({ ...TOKENS, refresh_token: undefined });
    const { id, answer } = await finish();
    expect(answer.body.success).toBe(true);
    expect((await world.config(id)).refresh_token).toBe('stored-refresh-token');
  });

  it('a missing refresh token fails when none is stored', async () => {
    world.endpoint.answerJson({ ...TOKENS, refresh_token: undefined });
    const { id, answer } = await finish(STORED.slice(0, 2));
    expect(answer.body).toMatchObject({ success: false, message: 'The provider did not send the promised tokens' });
    expect((await world.admin.readConnector(id)).version).toBe(1);
  });

  it('keys that nobody declared are dropped', async () => {
    world.endpoint.answer = (response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(
        `{"access_token":"canary-access-token","token_type":"bot","refresh_token":"new-refresh-token","team":"blue",
          "client_secret":"evil","folder":"evil","__proto__":{"polluted":"evil"},"__proto__.polluted":"evil",
          "constructor.prototype.polluted":"evil","labels.x":"evil","id_token":"not.a.token"}`,
      );
    const { id, answer } = await finish();
    expect(answer.body.success).toBe(true);
    expect(await world.config(id)).toEqual({
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      refresh_token: 'new-refresh-token',
      team: 'blue',
    });
    expect({}).not.toHaveProperty('polluted');
  });

  it('the client is named in the header where the provider says so, and the request is form-encoded', async () => {
    world.endpoint.answerJson(TOKENS);
    await finish();
    const [call] = world.endpoint.calls;
    const [scheme, credentials = ''] = call?.headers.authorization?.split(' ') ?? [];
    const parts = Buffer.from(credentials, 'base64').toString().split(':').map(decodeURIComponent);
    expect([scheme, ...parts]).toEqual(['Basic', CLIENT_ID, CLIENT_SECRET]);
    expect(call?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
    expect(Object.keys(call?.form ?? {}).sort()).toEqual(['code', 'code_verifier', 'grant_type', 'redirect_uri']);
  });

  it('the failed test of stored tokens is told apart from the consent', async () => {
    world.endpoint.answerJson(TOKENS);
    const { id, answer } = await finish();
    expect(answer.body).toMatchObject({ success: true, test: { success: false, message: 'The step access failed' } });
    expect((await world.admin.readConnector(id)).status).toBe('error');
    expectNoCanary(`${answer.text}${world.app.log.join('')}`);
  });
});

describe('a connector that changes while the code is exchanged', () => {
  async function whileExchanging(change: (id: string) => Promise<unknown>): Promise<Finished> {
    const id = await world.create('hostile_drive', world.admin, { param_ids: STORED });
    world.endpoint.answer = async (response) => {
      await change(id);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(TOKENS));
    };
    return { id, answer: await world.admin.get(await world.hostileCallback(id)) };
  }

  it('other params: the tokens belong to a config that is gone', async () => {
    const param_ids = [{ key: 'client_id', value: 'other-client' }];
    const { id, answer } = await whileExchanging((it) => world.admin.patch(`/api/connectors/${it}`, { param_ids }));
    expect(answer.body).toMatchObject({ success: false, message: expect.stringMatching(/changed meanwhile/) });
    expect(await world.config(id)).toMatchObject({ client_id: 'other-client', refresh_token: 'stored-refresh-token' });
  });

  it('another name: no matter, and no lock was held', async () => {
    const { id, answer } = await whileExchanging((it) => world.admin.patch(`/api/connectors/${it}`, { name: 'New' }));
    expect(answer.body.success).toBe(true);
    expect(await world.admin.readConnector(id)).toMatchObject({ name: 'New', version: 3 });
  });

  it('deleted: the callback is refused', async () => {
    const { answer } = await whileExchanging((it) => world.admin.delete(`/api/connectors/${it}`));
    expect(answer).toMatchObject({ status: 400, body: { code: 'oauth_state_invalid' } });
  });
});

describe('a connector with a legacy config', () => {
  it('gets its credentials as params together with the tokens', async () => {
    const config = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET, nested: { a: 'b' } };
    const id = await world.create('hostile_drive', world.admin, { param_ids: [], config });
    world.endpoint.answerJson(TOKENS);
    expect((await world.admin.get(await world.hostileCallback(id))).body.success).toBe(true);
    expect(await world.config(id)).toEqual({ ...config, refresh_token: 'canary-refresh-token' });
  });
});

describe('a provider that exchanges the code itself', () => {
  let provider: OwnExchangeProvider;
  beforeAll(() => {
    provider = world.app.get(OwnExchangeProvider);
  });
  beforeEach(() => world.endpoint.answerJson({}, 500));

  async function finishOwn(answer: () => Promise<unknown>): Promise<Finished> {
    provider.answer = answer;
    const id = await world.create('own_exchange', world.admin, { param_ids: STORED });
    return { id, answer: await world.admin.get(await world.hostileCallback(id, '', 'own_exchange')) };
  }

  it('is handed what an exchange needs, and what it answers is stored and tested', async () => {
    const { id, answer } = await finishOwn(async () => ({ refresh_token: 'own-refresh-token', team: 'red' }));
    expect(answer.body).toMatchObject({ success: true, test: { success: false } });
    expect(await world.config(id)).toMatchObject({ refresh_token: 'own-refresh-token', team: 'red' });
    expect(provider.exchanges.at(-1)).toMatchObject({
      code: 'canary-code-55aa',
      codeVerifier: null,
      redirectUri: 'http://ede.example/api/connectors/oauth/callback/own_exchange',
      config: { client_id: CLIENT_ID, client_secret: CLIENT_SECRET, refresh_token: 'stored-refresh-token' },
    });
  });

  it('answers that hold more than the schema declares are reduced to it', async () => {
    const hostile = JSON.parse('{"__proto__":"evil","__proto__.x":"evil","labels.__proto__":"evil"}') as object;
    const { id, answer } = await finishOwn(async () => ({
      ...hostile,
      refresh_token: 'own-refresh-token',
      undeclared: 'evil',
      folder: 7,
      team: null,
      'labels.a': 'kept',
    }));
    expect(answer.body.success).toBe(true);
    expect(await world.config(id)).toEqual({
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      refresh_token: 'own-refresh-token',
      labels: { a: 'kept' },
    });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['throws with secrets', () => Promise.reject(new Error(`canary-text ${CLIENT_SECRET}`))],
    [
      'throws before it promises',
      () => {
        throw new Error('canary-text');
      },
    ],
  ])('one that %s leaves the tokens alone', async (_name, answer) => {
    await expectUntouched(await finishOwn(answer), /did not exchange/);
  });

  it.each<[string, unknown, RegExp]>([
    ['a text', 'canary-text', /promised tokens/],
    ['nothing', undefined, /promised tokens/],
    ['an empty object, as without OAuth', {}, /promised tokens/],
    ['nothing that is declared', { 'canary-text': 'x' }, /promised tokens/],
    ['a value that does not fit', { refresh_token: 'x', team: 'canary-text UPPER' }, /does not fit/],
  ])('one that answers %s leaves the tokens alone', async (_name, value, message) => {
    await expectUntouched(await finishOwn(() => Promise.resolve(value)), message);
  });
});
