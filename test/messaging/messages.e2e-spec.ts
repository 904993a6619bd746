import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Scope } from '../../src/core/access/index.js';
import { MessagingService } from '../../src/foundation/messaging/index.js';
import { activeConnector } from '../support/active-connector.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer, TestClient } from '../support/client.js';
import { deliveryPolicy, reached, settled } from '../support/delivery.js';
import { ScriptedChatProvider, ScriptedSenders } from '../support/scripted-senders.js';

const MESSAGES = '/api/messaging/messages';

let app: TestApp;
let acme: TestClient;
let member: TestClient;
let globex: TestClient;
let connector: string;
let service: ScriptedChatProvider['sink'];

beforeAll(async () => {
  app = await startTestApp({ imports: [ScriptedSenders, deliveryPolicy()] });
  acme = await app.signIn('acme');
  member = await app.signIn('acme', 'member');
  globex = await app.signIn('globex');
  connector = await activeConnector(acme, 'messaging', 'acme');
  service = app.get(ScriptedChatProvider).sink;
});
afterAll(() => app.close());
beforeEach(() => void service.sent.splice(0));

const post = (client: TestClient, fields: object = {}): Promise<Answer> =>
  client.post(MESSAGES, { text: 'The contract is signed', ...fields });

async function accepted(client: TestClient, fields: object = {}): Promise<string> {
  const { status, body, text } = await post(client, fields);
  if (status !== 202) throw new Error(`Not accepted: ${status} ${text}`);
  return body.id as string;
}

describe('POST /api/messaging/messages', () => {
  it('posts through the active default connector, to where the message says', async () => {
    const answer = await post(acme, { to: '#contracts', thread_id: '17640.01', text: 'Line one\r\nLine two ✓' });
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({ id: answer.body.id, status: 'queued' });
    const message = await settled(acme, `${MESSAGES}/${answer.body.id}`);
    expect(message).toMatchObject({
      status: 'sent',
      attempts: 1,
      connector_id: connector,
      provider_type: 'scripted_chat',
      remote_id: `remote-${answer.body.id}`,
      to: '#contracts',
      thread_id: '17640.01',
      text: 'Line one\nLine two ✓',
    });
    expect(service.sent).toMatchObject([
      { label: 'acme', message: { id: answer.body.id, to: '#contracts', threadId: '17640.01' } },
    ]);
  });

  it('leaves the target to the connector when the message names none', async () => {
    const id = await accepted(acme);
    expect(await settled(acme, `${MESSAGES}/${id}`)).toMatchObject({ status: 'sent', to: null, thread_id: null });
    expect(service.sent).toMatchObject([{ message: { to: null, threadId: null, text: 'The contract is signed' } }]);
  });

  it.each([
    ['a LF in the target', { to: '#general\nX-Header: 1' }, '/to'],
    ['a CR in the thread', { thread_id: 'a\rb' }, '/thread_id'],
    ['an empty target', { to: ' ' }, '/to'],
    ['an empty text', { text: ' \n ' }, '/text'],
    ['no text', { text: undefined }, '/text'],
    ['a text that is too long', { text: 'x'.repeat(40_001) }, '/text'],
    ['a target that is too long', { to: 'x'.repeat(256) }, '/to'],
    ['an unknown field', { channel: '#general' }, '/channel'],
    ['a target that is null', { to: null }, '/to'],
    ['an organization that is no id', { organization_id: 'acme' }, '/organization_id'],
  ])('refuses %s with 400 and a pointer', async (_, fields, pointer) => {
    const answer = await post(acme, fields);
    expect(answer.body).toMatchObject({ status: 400, code: 'invalid_input', errors: [{ pointer }] });
  });

  it('holds siblings in process to the same rules, and sends for them', async () => {
    const messages = app.get(MessagingService);
    const draft = { text: 'From a sibling', organizationId: acme.organizationId };
    await expect(messages.send(Scope.system(), { ...draft, to: 'a\nb' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    const { id } = await messages.send(Scope.system(), draft);
    expect(await settled(acme, `${MESSAGES}/${id}`)).toMatchObject({ status: 'sent' });
  });

  it('answers 422 no_connector when the organization has no active connector', async () => {
    expect((await post(globex)).body).toMatchObject({ status: 422, code: 'no_connector' });
    const { id } = await globex.createConnector({
      category: 'messaging',
      provider_type: 'scripted_chat',
      is_default: true,
    });
    expect((await post(globex)).body).toMatchObject({ status: 422, code: 'no_connector' });
    expect((await globex.delete(`/api/connectors/${id}`)).status).toBe(204);
  });

  it('answers 502 when the provider of the active default is not available', async () => {
    const initech = await app.signIn('initech');
    const id = await activeConnector(initech, 'messaging', 'initech');
    await app.get(DataSource).query(`UPDATE ir_connector SET provider_type = 'gone' WHERE id = $1`, [id]);
    expect((await post(initech)).body).toMatchObject({ status: 502, code: 'connection_failed' });
  });

  it('is for admins and tokens that may send or write', async () => {
    expect((await post(app.anonymous())).status).toBe(401);
    expect((await post(member)).status).toBe(403);
    expect((await post(await acme.withToken({ scopes: ['read'] }))).status).toBe(403);
    expect((await post(await acme.withToken({ scopes: ['send'] }))).status).toBe(202);
    expect((await post(await acme.withToken({ scopes: ['write'] }))).status).toBe(202);
  });

  it('answers 404 for an organization that is not the caller’s, and for one that does not exist', async () => {
    for (const organization_id of [acme.organizationId, randomUUID()]) {
      expect((await post(globex, { organization_id })).status).toBe(404);
    }
    expect((await post(await app.setUp(), { organization_id: randomUUID() })).status).toBe(404);
  });

  it('gives a repeated request its first answer and posts once', async () => {
    const options = { headers: { 'idempotency-key': 'message-1' } };
    const [first, second] = [
      await acme.post(MESSAGES, { text: 'Once' }, options),
      await acme.post(MESSAGES, { text: 'Once' }, options),
    ];
    expect([second.status, second.body.id]).toEqual([202, first.body.id]);
    await settled(acme, `${MESSAGES}/${first.body.id}`);
    expect(service.sent).toHaveLength(1);
  });
});

describe('a messaging service in trouble', () => {
  it('gets the message again, three times in all, and then the message fails with the reason', async () => {
    service.script.push('fail', 'fail');
    const once = await accepted(acme);
    expect(await settled(acme, `${MESSAGES}/${once}`)).toMatchObject({ status: 'sent', attempts: 3, last_error: null });
    service.script.push('fail', 'leak', 'leak');
    const lost = await accepted(acme);
    expect(await settled(acme, `${MESSAGES}/${lost}`)).toMatchObject({
      status: 'failed',
      attempts: 3,
      last_error: 'The scripted service does not know [secret]',
    });
  });

  it('gives no secret away that stands in the error of a provider that makes no connection', async () => {
    service.script.push('unmade', 'unmade', 'unmade');
    const lost = await accepted(acme);
    expect(await settled(acme, `${MESSAGES}/${lost}`)).toMatchObject({
      status: 'failed',
      last_error: 'The connection could not be made',
    });
  });

  it('fails the message at once when it refuses it, and delays it when it is busy', async () => {
    service.script.push('refuse');
    const refused = await accepted(acme);
    expect(await settled(acme, `${MESSAGES}/${refused}`)).toMatchObject({ status: 'failed', attempts: 1 });
    service.script.push('delay');
    const delayed = await accepted(acme);
    const message = await reached(acme, `${MESSAGES}/${delayed}`, 'queued', 'sent');
    const later = message.attempts === 0 ? await reachedAttempt(delayed) : message;
    expect(later).toMatchObject({ status: 'queued', attempts: 1, last_error: 'The scripted service is busy' });
    expect(Date.parse(later.next_attempt_at)).toBeGreaterThan(Date.now() + 3_000_000);
  });

  async function reachedAttempt(id: string): Promise<Answer['body']> {
    for (;;) {
      const { body } = await acme.get(`${MESSAGES}/${id}`);
      if (body.status === 'queued' && body.attempts === 1) return body;
    }
  }
});

describe('reading messages', () => {
  it('shows a member the status without the text', async () => {
    const id = await accepted(acme, { to: '#general' });
    const { text, ...rest } = await settled(acme, `${MESSAGES}/${id}`);
    expect(text).toBe('The contract is signed');
    expect((await member.get(`${MESSAGES}/${id}`)).body).toEqual(rest);
    expect((await acme.get(MESSAGES)).body.items).toContainEqual(rest);
  });

  it('hides messages of other organizations', async () => {
    const id = await accepted(acme);
    const [foreign, unknown] = [await globex.get(`${MESSAGES}/${id}`), await globex.get(`${MESSAGES}/${randomUUID()}`)];
    expect(foreign.status).toBe(404);
    expect({ ...foreign.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
    expect((await globex.get(MESSAGES)).body.items).toEqual([]);
    expect((await globex.get(`${MESSAGES}?organization_id=${acme.organizationId}`)).status).toBe(404);
    expect((await app.anonymous().get(MESSAGES)).status).toBe(401);
  });

  it('lists newest first in pages', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) ids.push(await accepted(acme));
    const first = (await acme.get(`${MESSAGES}?limit=3`)).body;
    const second = (await acme.get(`${MESSAGES}?limit=3&cursor=${first.next_cursor}`)).body;
    const listed = [...first.items, ...second.items].map(({ id }: { id: string }) => id);
    expect(listed.slice(0, 5)).toEqual([...ids].reverse());
    expect((await acme.get(`/api/email/messages?cursor=${first.next_cursor}`)).status).toBe(400);
  });

  it('lists a damaged message without its content, beside the others', async () => {
    const [whole, damaged] = [await accepted(acme, { to: '#whole' }), await accepted(acme, { to: '#damaged' })];
    await settled(acme, `${MESSAGES}/${damaged}`);
    await app
      .get(DataSource)
      .query(
        `UPDATE messaging_message SET envelope = set_byte(envelope, 40, get_byte(envelope, 40) # 1) WHERE id = $1`,
        [damaged],
      );
    expect((await acme.get(`${MESSAGES}?limit=2`)).body.items).toMatchObject([
      { id: damaged, is_unreadable: true, to: null, thread_id: null },
      { id: whole, is_unreadable: false, to: '#whole' },
    ]);
    expect((await acme.get(`${MESSAGES}/${damaged}`)).body).toMatchObject({ status: 409, code: 'secret_unreadable' });
  });
});

describe('what is kept of a message', () => {
  it('is encrypted, and audited with each step', async () => {
    const canary = `canary${randomUUID()}`;
    const id = await accepted(acme, { text: canary, to: canary });
    await settled(acme, `${MESSAGES}/${id}`);
    const sql = app.get(DataSource);
    const rows = await sql.query<{ envelope: Buffer; body: Buffer }[]>('SELECT envelope, body FROM messaging_message');
    for (const { envelope, body } of rows) {
      expect(Buffer.concat([envelope, body]).includes(canary)).toBe(false);
    }
    const audited = await sql.query('SELECT action, facts FROM audit_event WHERE record_id = $1 ORDER BY seq', [id]);
    expect(audited).toMatchObject([
      { action: 'messaging.queued', facts: { characters: canary.length, connector_id: connector } },
      { action: 'messaging.sent', facts: { attempts: 1, connector_id: connector } },
    ]);
    expect(JSON.stringify(audited)).not.toContain(canary);
  });

  it('keeps the connector in use while it waits', async () => {
    const { body } = await acme.get(`${MESSAGES}?status=queued`);
    expect(body.items.length).toBeGreaterThan(0); // the one that was delayed by an hour
    expect((await acme.delete(`/api/connectors/${connector}`)).body).toMatchObject({
      status: 409,
      uses: [{ kind: 'messaging_messages', count: body.items.length }],
    });
  });
});
