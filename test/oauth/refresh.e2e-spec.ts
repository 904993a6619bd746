import { setMaxListeners } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { ConsentRequiredError, TokenRequestError } from '../../src/core/oauth/index.js';
import { ConnectorService } from '../../src/foundation/connectors/index.js';
import { ConnectorTokenStore } from '../../src/foundation/connectors/oauth/connector-token.store.js';
import { KeyRing } from '../../src/core/crypto/index.js';
import { KeyRingOpener } from '../../src/foundation/base/keys/key-ring-opener.js';
import type { TestApp } from '../support/app.js';
import { renewDataKey } from '../support/data-keys.js';
import { withOneConnection } from '../support/one-connection.js';
import { CLIENT_ID, CLIENT_SECRET } from '../support/peers/authorization-server.js';
import { OwnGrantProvider, type ConsentConnection } from './consent-providers.js';
import { ConsentWorld } from './consent-world.js';

let world: ConsentWorld;
let database: DataSource;
beforeAll(async () => {
  world = await ConsentWorld.start();
  database = world.app.get(DataSource);
});
afterAll(() => world.stop());
beforeEach(() => {
  world.server.tokenCalls.length = 0;
  world.endpoint.calls.length = 0;
});

const never = new AbortController().signal;
setMaxListeners(0, never);

/** The connection of a record, as a sibling module gets it. */
async function open(id: string, app: TestApp = world.app): Promise<ConsentConnection> {
  const service = app.get(ConnectorService);
  const record = await service.getById(world.admin.organizationId, id);
  return (await service.instantiateProvider(record!)) as ConsentConnection;
}

async function tokenOf(id: string, app?: TestApp): Promise<string> {
  return (await (await open(id, app)).tokens.get(never)).value;
}

/** Time passes: the kept access token is past its life. */
async function expire(id: string): Promise<void> {
  await database.query(
    `UPDATE ir_connector_token SET fresh_until = now() - interval '1 second' WHERE connector_id = $1`,
    [id],
  );
}

async function auditOf(id: string): Promise<string[]> {
  const { items } = (await world.admin.get(`/api/connectors/${id}/audit`)).body;
  return items.map((item: { action: string }) => item.action);
}

/** A connector of the hostile provider with a refresh token and no access token. */
function createHostile(fields: object = {}): Promise<string> {
  const param_ids = [
    { key: 'client_id', value: CLIENT_ID },
    { key: 'client_secret', value: CLIENT_SECRET },
    { key: 'refresh_token', value: 'refresh-1' },
  ];
  return world.create('hostile_drive', world.admin, { param_ids, ...fields });
}

function tokens(access: string, more: object = {}): object {
  return { access_token: access, token_type: 'Bearer', expires_in: 3600, ...more };
}

describe('an access token', () => {
  it('is handed out again while it is fresh, by every connection', async () => {
    const id = await world.connect();
    world.server.tokenCalls.length = 0;
    expect(await tokenOf(id)).toBe(await tokenOf(id));
    expect(world.server.tokenCalls).toEqual([]);
  });

  it('is taken out of texts of its connection, also when it is rejected or replaced by then', async () => {
    const id = await world.connect();
    const connection = await open(id);
    const kept = await connection.tokens.get(never);
    await connection.tokens.reject(kept);
    const renewed = await connection.tokens.get(never);
    await connection.tokens.reject(renewed);
    const text = `Refused: ${kept.value} ${renewed.value} ${CLIENT_SECRET}`;
    expect(world.app.get(ConnectorService).scrub(connection, text)).toBe('Refused: [secret] [secret] [secret]');
  });

  it('carries what was granted', async () => {
    const id = await world.connect();
    expect((await (await open(id)).tokens.get(never)).scopes).toEqual(['files.read', 'files.write']);
  });

  it('of 50 parallel uses of an expired one, one refreshes', async () => {
    const id = await world.connect();
    const before = await tokenOf(id);
    await expire(id);
    world.server.tokenCalls.length = 0;
    const connections = await Promise.all(Array.from({ length: 50 }, () => open(id)));
    const found = await Promise.all(connections.map((connection) => connection.tokens.get(never)));
    expect(new Set(found.map(({ value }) => value)).size).toBe(1);
    expect(found[0]?.value).not.toBe(before);
    expect(world.server.calls('refresh_token')).toHaveLength(1);
    expect(await (await open(id)).call(found[0]!, never)).toBe(200);
  });

  it('of 100 parallel uses in two processes, one refreshes, and the family lives on', async () => {
    const other = await world.startOther();
    const id = await world.connect();
    for (let round = 1; round <= 3; round += 1) {
      await expire(id);
      world.server.tokenCalls.length = 0;
      const apps = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? world.app : other));
      const found = await Promise.all(apps.map((app) => tokenOf(id, app)));
      expect(new Set(found).size).toBe(1);
      expect(world.server.calls('refresh_token').map(({ status }) => status)).toEqual([200]);
    }
  });

  it('that the service refuses is replaced, once for all who were refused', async () => {
    const id = await world.connect();
    const connections = await Promise.all(Array.from({ length: 20 }, () => open(id)));
    const refused = await Promise.all(connections.map(({ tokens }) => tokens.get(never)));
    world.server.tokenCalls.length = 0;
    const next = await Promise.all(
      connections.map(async ({ tokens }, index) => {
        await tokens.reject(refused[index]!);
        return tokens.get(never);
      }),
    );
    expect(new Set(next.map(({ value }) => value)).size).toBe(1);
    expect(next[0]?.value).not.toBe(refused[0]?.value);
    expect(world.server.calls('refresh_token')).toHaveLength(1);
    // Late news of the old one do not take the new one away.
    await connections[0]?.tokens.reject(refused[0]!);
    expect(await tokenOf(id)).toBe(next[0]?.value);
  });

  it('does not count for another config', async () => {
    const id = await createHostile();
    world.endpoint.answerJson(tokens('first'));
    expect(await tokenOf(id)).toBe('first');
    world.endpoint.answerJson(tokens('second'));
    await world.admin.patch(`/api/connectors/${id}`, { param_ids: [{ key: 'refresh_token', value: 'refresh-9' }] });
    expect(await tokenOf(id)).toBe('second');
    expect(world.endpoint.calls.map(({ form }) => form['refresh_token'])).toEqual(['refresh-1', 'refresh-9']);
  });

  it('without a lifetime is good until it is refused', async () => {
    const id = await createHostile();
    world.endpoint.answerJson(tokens('first', { expires_in: undefined }));
    const connection = await open(id);
    const first = await connection.tokens.get(never);
    world.endpoint.answerJson(tokens('second'));
    expect(await tokenOf(id)).toBe('first');
    await connection.tokens.reject(first);
    expect(await tokenOf(id)).toBe('second');
  });

  it('that lives shortly is asked for again in time', async () => {
    const id = await createHostile();
    world.endpoint.answerJson(tokens('brief', { expires_in: 0 }));
    await tokenOf(id);
    await tokenOf(id);
    expect(world.endpoint.calls).toHaveLength(2);
  });

  it('of another connector cannot be read when its row is swapped', async () => {
    const [one, other] = [await createHostile(), await createHostile()];
    world.endpoint.answerJson(tokens('first'));
    await Promise.all([tokenOf(one), tokenOf(other)]);
    await database.query(
      `UPDATE ir_connector_token SET access_token =
         (SELECT access_token FROM ir_connector_token WHERE connector_id = $2) WHERE connector_id = $1`,
      [one, other],
    );
    await expect(tokenOf(one)).rejects.toMatchObject({ code: 'secret_unreadable' });
  });

  it('is asked for with a time limit of the caller, who does not end the refresh of the others', async () => {
    const id = await createHostile();
    let answer = (): void => undefined;
    world.endpoint.answer = (response) => {
      answer = () =>
        void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(tokens('late')));
    };
    const impatient = new AbortController();
    const [first, second] = [await open(id), await open(id)];
    const waits = [first.tokens.get(impatient.signal), second.tokens.get(never)];
    while (world.endpoint.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    impatient.abort(new Error('enough'));
    await expect(waits[0]).rejects.toThrow('enough');
    answer();
    expect((await waits[1])?.value).toBe('late');
  });
});

describe('a refresh token that rotates', () => {
  it('is stored before the access token is used, and moves neither version nor status', async () => {
    const id = await world.connect();
    const [record, { refresh_token: first }] = [await world.admin.readConnector(id), await world.config(id)];
    await expire(id);
    await tokenOf(id);
    const { refresh_token: second } = await world.config(id);
    expect(second).not.toBe(first);
    expect(await world.admin.readConnector(id)).toMatchObject({
      version: record.version,
      status: 'connected',
      updated_at: record.updated_at,
    });
    expect(await auditOf(id)).toContain('connector.refresh_token_rotated');
    await expire(id);
    await tokenOf(id);
    expect(world.server.calls('refresh_token').map(({ form }) => form['refresh_token'])).toEqual([first, second]);
  });

  it('that cannot be stored is not used: nobody gets the access token', async () => {
    const id = await createHostile();
    world.endpoint.answerJson(tokens('first', { refresh_token: 'refresh-2' }));
    await database.query(`ALTER TABLE audit_event RENAME TO audit_event_gone`);
    await expect(tokenOf(id)).rejects.toThrow();
    await database.query(`ALTER TABLE audit_event_gone RENAME TO audit_event`);
    expect((await world.config(id)).refresh_token).toBe('refresh-1');
    expect(await tokenOf(id)).toBe('first');
    expect((await world.config(id)).refresh_token).toBe('refresh-2');
  });

  it('replaces the one in a legacy config', async () => {
    const config = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET, refresh_token: 'refresh-1', kept: 'x' };
    const id = await world.create('hostile_drive', world.admin, { param_ids: [], config });
    world.endpoint.answerJson(tokens('first', { refresh_token: 'refresh-2' }));
    expect(await tokenOf(id)).toBe('first');
    expect(await world.config(id)).toEqual({ ...config, refresh_token: 'refresh-2' });
  });

  it('does not overwrite one that was entered meanwhile', async () => {
    const id = await createHostile();
    world.endpoint.answer = async (response, { form }) => {
      const isFirst = form['refresh_token'] === 'refresh-1';
      const param_ids = [{ key: 'refresh_token', value: 'entered' }];
      if (isFirst) await world.admin.patch(`/api/connectors/${id}`, { param_ids });
      const body = isFirst ? tokens('outdated', { refresh_token: 'refresh-2' }) : tokens('present');
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    expect(await tokenOf(id)).toBe('present');
    expect((await world.config(id)).refresh_token).toBe('entered');
  });
});

describe('while the authorization server is asked', () => {
  /** Those of background work end by themselves; one that waits for the server's answer does not. */
  async function lastingTransactions(): Promise<unknown[]> {
    let open: unknown[] = [];
    for (let look = 0; look < 100; look++) {
      open = await database.query(`SELECT pid FROM pg_stat_activity WHERE datname = current_database()
                                      AND state LIKE 'idle in transaction%'`);
      if (open.length === 0) return [];
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return open;
  }

  it('no transaction is open and no row is locked', async () => {
    const id = await createHostile();
    const seen: unknown[] = [];
    world.endpoint.answer = async (response) => {
      seen.push(await lastingTransactions());
      seen.push((await world.admin.patch(`/api/connectors/${id}`, { name: 'Renamed' })).status);
      await database.query('SELECT 1 FROM ir_connector_token WHERE connector_id = $1 FOR UPDATE NOWAIT', [id]);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(tokens('first')));
    };
    expect(await tokenOf(id)).toBe('first');
    expect(seen).toEqual([[], 200]);
  });

  it('the lease of a process that died is waited out', async () => {
    const id = await createHostile();
    world.endpoint.answerJson(tokens('first'));
    await database.query(
      `INSERT INTO ir_connector_token (connector_id, organization_id, grant_name, fence, lease_owner, lease_until)
       VALUES ($1, $2, 'refresh_token', 7, gen_random_uuid(), now() + interval '700 ms')`,
      [id, world.admin.organizationId],
    );
    expect(await tokenOf(id)).toBe('first');
    const [row] = await database.query('SELECT fence FROM ir_connector_token WHERE connector_id = $1', [id]);
    expect(row.fence).toBe('8');
  });

  it('who gets the lease after another is done takes what that one got', async () => {
    const id = await createHostile();
    const other = await world.startOther();
    world.endpoint.answerJson(tokens('first'));
    const store = world.app.get(ConnectorTokenStore);
    const acquire = store.acquire.bind(store);
    const interleaved = jest.spyOn(store, 'acquire').mockImplementationOnce(async (key) => {
      await tokenOf(id, other);
      return acquire(key);
    });
    expect(await tokenOf(id)).toBe('first');
    expect(world.endpoint.calls).toHaveLength(1);
    interleaved.mockRestore();
  });

  it('who lost the lease meanwhile keeps nothing of his answer but takes what the next one got', async () => {
    const id = await createHostile();
    world.endpoint.answer = async (response) => {
      const isFirst = world.endpoint.calls.length === 1;
      // The other process takes over a lease that has run out, and is done first.
      if (isFirst) {
        await database.query(
          `UPDATE ir_connector_token SET lease_until = now() - interval '1 s' WHERE connector_id = $1`,
          [id],
        );
        await tokenOf(id, await world.startOther());
      }
      const body = tokens(isFirst ? 'late' : 'taken over');
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    expect(await tokenOf(id)).toBe('taken over');
    expect(world.endpoint.calls).toHaveLength(2);
  });

  it('a connector that is deleted ends the wait', async () => {
    const id = await createHostile();
    const connection = await open(id);
    expect((await world.admin.delete(`/api/connectors/${id}`)).status).toBe(204);
    await expect(connection.tokens.get(never)).rejects.toMatchObject({ code: 'connection_failed' });
    expect(world.endpoint.calls).toHaveLength(0);
  });
});

describe('with one connection of the pool', () => {
  /** As if the keys had grown old while the authorization server was asked. */
  async function forgetKeys(): Promise<void> {
    const ring = world.app.get(KeyRing);
    ring.seal('for a moment');
    await world.app.get(KeyRingOpener).tryOpen(ring);
  }

  it.each([
    ['stored', 200, tokens('first', { refresh_token: 'refresh-2' }), 'first'],
    ['lost', 400, { error: 'invalid_grant' }, 'consent again'],
  ])('a consent under an older key is %s without a second one', async (_what, status, body, outcome) => {
    const id = await createHostile();
    await renewDataKey(world.app, world.admin.organizationId);
    world.endpoint.answer = async (response) => {
      await forgetKeys();
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const said = await withOneConnection(world.app, () => tokenOf(id).catch(String));
    expect(said).toContain(outcome);
  });
});

describe('a consent that has ended', () => {
  it('sets the connector to error with a sentence that says to consent again', async () => {
    const id = await world.connect();
    await world.server.revokeAll();
    await expire(id);
    await expect(tokenOf(id)).rejects.toThrow(ConsentRequiredError);
    expect(await world.admin.readConnector(id)).toMatchObject({
      status: 'error',
      status_message: 'The consent has expired or was withdrawn (apps in testing lose it after 7 days): consent again',
    });
    await expect(tokenOf(id)).rejects.toThrow(ConsentRequiredError);
    expect((await auditOf(id)).filter((action) => action === 'connector.consent_lost')).toHaveLength(1);
    const tested = (await world.admin.post(`/api/connectors/${id}/test`, {})).body;
    expect(tested).toMatchObject({ success: false, message: expect.stringMatching(/consent again/), status: 'error' });
    expect(tested.details.steps.at(-1)).toMatchObject({ name: 'auth', ok: false, hint: expect.any(String) });

    expect((await world.admin.get(await world.consent(id))).body.success).toBe(true);
    expect((await world.admin.readConnector(id)).status).toBe('connected');
  });

  it('is also told by a code of the vendor, in a 200', async () => {
    const id = await createHostile();
    world.endpoint.answerJson({ ok: false, error: 'token_revoked' });
    await expect(tokenOf(id)).rejects.toThrow('consent again');
    expect((await world.admin.readConnector(id)).status).toBe('error');
  });

  it('is no news when the administrator has consented again meanwhile', async () => {
    const id = await createHostile();
    world.endpoint.answer = async (response, { form }) => {
      if (form['refresh_token'] !== 'refresh-1') {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(tokens('present')));
        return;
      }
      const param_ids = [{ key: 'refresh_token', value: 'refresh-2' }];
      await world.admin.patch(`/api/connectors/${id}`, { param_ids });
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}');
    };
    expect(await tokenOf(id)).toBe('present');
    expect((await world.admin.readConnector(id)).status).toBe('draft');
  });

  it('that was never given says so, and sets nothing to error in use', async () => {
    const id = await world.create();
    await expect(tokenOf(id)).rejects.toThrow('No consent has been given yet');
    expect((await world.admin.readConnector(id)).status).toBe('draft');
    expect(world.server.tokenCalls).toEqual([]);
  });
});

describe('an authorization server in trouble', () => {
  it.each<[string, number, object, string]>([
    ['500', 500, { error: 'invalid_grant' }, 'unavailable'],
    ['429', 429, {}, 'unavailable'],
    ['a refused client', 401, { error: 'invalid_client' }, 'client_refused'],
    ['an unknown refusal', 400, { error: 'canary-text' }, 'refused'],
    ['no token', 200, {}, 'malformed'],
  ])('%s leaves the connector as it is, and the next use asks again', async (_name, status, body, failure) => {
    const id = await createHostile();
    world.endpoint.answerJson(body, status);
    const refused = await tokenOf(id).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TokenRequestError);
    expect(refused).toMatchObject({ failure, code: 'oauth_token_failed' });
    expect(JSON.stringify(refused) + String(refused)).not.toContain('canary-text');
    expect((await world.admin.readConnector(id)).status).toBe('draft');
    world.endpoint.answerJson(tokens('first'));
    expect(await tokenOf(id)).toBe('first');
  });
});

describe("a provider's own grant", () => {
  const accountOf = (value: string) => ({ param_ids: [{ key: 'account', value }] });
  let provider: OwnGrantProvider;
  beforeEach(() => {
    provider = world.app.get(OwnGrantProvider);
    provider.requests.length = 0;
  });

  it('is cared for like a consent: one request, kept for all connections, until the config changes', async () => {
    const id = await world.create('own_grant', world.admin, accountOf('one'));
    const found = await Promise.all(Array.from({ length: 20 }, () => tokenOf(id)));
    expect([...new Set(found), await tokenOf(id)]).toEqual(['token-of-one', 'token-of-one']);
    expect(provider.requests).toEqual(['one']);

    const old = await open(id);
    await world.admin.patch(`/api/connectors/${id}`, accountOf('two'));
    expect(await tokenOf(id)).toBe('token-of-two');
    expect((await old.tokens.get(never)).value).toBe('token-of-one');
    expect(await tokenOf(id)).toBe('token-of-two');
  });

  it('of a draft lives in memory', async () => {
    const draft = { category: 'storage', provider_type: 'own_grant', ...accountOf('drafted') };
    await world.admin.post('/api/connectors/test', draft);
    expect(provider.requests).toEqual(['drafted']);
  });

  it('cannot take the name of the consent', async () => {
    const id = await world.create('own_grant', world.admin, accountOf('refresh_token'));
    await expect(open(id)).rejects.toThrow('cannot be named');
  });

  it('leaves the tokens of a consent out where there is no OAuth', async () => {
    await tokenOf(await world.create('own_grant', world.admin, accountOf('one')));
    await expect(provider.contexts.at(-1)?.accessTokens.get(never)).rejects.toMatchObject({
      code: 'connector_not_supported',
    });
  });
});

describe('a draft under test', () => {
  const draftOf = (fields: object) => ({ category: 'storage', provider_type: 'hostile_drive', ...fields });
  const pasted = [
    { key: 'client_id', value: CLIENT_ID },
    { key: 'client_secret', value: CLIENT_SECRET },
    { key: 'refresh_token', value: 'pasted' },
  ];

  it('asks with what was pasted, and stores nothing', async () => {
    const [before] = await database.query('SELECT count(*) FROM ir_connector_token');
    world.endpoint.answerJson(tokens('canary-access-token', { refresh_token: 'rotated' }));
    const answer = await world.admin.post('/api/connectors/test', draftOf({ param_ids: pasted }));
    expect(answer.body).toMatchObject({ success: false, message: 'The step access failed' });
    expect(answer.text).not.toContain('canary-access-token');
    expect(world.endpoint.calls.map(({ form }) => form['refresh_token'])).toEqual(['pasted']);
    expect(await database.query('SELECT count(*) FROM ir_connector_token')).toEqual([before]);
  });

  it('that borrows the consent of a connector does not spend its refresh token behind its back', async () => {
    const id = await world.connect();
    await expire(id);
    const draft = { ...draftOf({ param_ids: [{ key: 'folder', value: 'other' }] }), provider_type: 'vendor_drive' };
    const answer = await world.admin.post('/api/connectors/test', { ...draft, connector_id: id });
    expect(answer.body).toMatchObject({ success: true });
    expect(world.server.calls('refresh_token')).toHaveLength(1);
    await expire(id);
    expect(await (await open(id)).call(await (await open(id)).tokens.get(never), never)).toBe(200);
  });

  it('with another consent than that of the connector asks with its own', async () => {
    const id = await createHostile();
    world.endpoint.answerJson(tokens('first', { refresh_token: 'rotated' }));
    const param_ids = [{ key: 'refresh_token', value: 'pasted' }];
    await world.admin.post('/api/connectors/test', draftOf({ param_ids, connector_id: id }));
    expect(world.endpoint.calls.map(({ form }) => form['refresh_token'])).toEqual(['pasted']);
    expect((await world.config(id)).refresh_token).toBe('refresh-1');
  });
});
