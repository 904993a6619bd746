import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConversationsHistoryResponse, ConversationsListResponse } from '@slack/web-api';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer, TestClient } from '../support/client.js';
import { ConnectionWatch } from '../support/connection-watch.js';
import { deliveryPolicy, settled } from '../support/delivery.js';
import { EmulatedVendor } from '../support/peers/emulated-vendor.js';

const MESSAGES = '/api/messaging/messages';
const client = {
  id: '1234.5678',
  secret: 'slack-secret',
  redirectUri: 'http://ede.example/api/connectors/oauth/callback/slack',
};

let watch: ConnectionWatch;
let slack: EmulatedVendor;
let app: TestApp;
let admin: TestClient;
let connector: string;
beforeAll(async () => {
  watch = ConnectionWatch.start();
  slack = await EmulatedVendor.slack(client, 'operations');
  app = await startTestApp({
    imports: [deliveryPolicy()],
    env: {
      EDE_PUBLIC_URL: 'http://ede.example',
      EDE_EGRESS_ALLOW: new URL(slack.origin).host,
      EDE_ENDPOINT_OVERRIDES: JSON.stringify({ 'https://slack.com': slack.origin }),
    },
  });
  admin = await app.setUp();
});
afterAll(async () => {
  await app.close();
  await slack.stop();
  watch.stop();
});

async function connect(secret: string): Promise<Answer['body']> {
  const { id } = await admin.createConnector({
    category: 'messaging',
    provider_type: 'slack',
    param_ids: [
      { key: 'client_id', value: client.id },
      { key: 'client_secret', value: secret },
      { key: 'default_channel', value: 'operations' },
    ],
  });
  connector = id;
  const { authorization_url } = (await admin.post(`/api/connectors/${id}/oauth/authorize`)).body;
  const callback = await EmulatedVendor.consent(authorization_url, 'ada');
  return (await admin.get(callback.pathname + callback.search)).body;
}

async function posted(fields: object): Promise<Answer['body']> {
  const { body } = await admin.post(MESSAGES, { text: 'Hello', ...fields });
  return settled(admin, `${MESSAGES}/${body.id}`);
}

const inspect = <T>(method: string, body = '') => slack.inspect<T>(`/api/${method}`, 'POST', body);

describe('Slack, as another one plays it', () => {
  it('gives no token to a client that does not know its secret', async () => {
    expect(await connect('guessed')).toMatchObject({ success: false });
    expect(await app.configOf(connector)).not.toHaveProperty('bot_token');
  });

  it('is connected through the consent page, by a code without PKCE', async () => {
    expect(await connect(client.secret)).toMatchObject({
      success: true,
      test: { success: true, message: expect.stringMatching(/^Connected to /) },
    });
    expect(await app.configOf(connector)).toMatchObject({ bot_token: expect.stringMatching(/^xoxb-/) });
    expect((await admin.post(`/api/connectors/${connector}/activate`)).status).toBe(200);
    expect((await admin.patch(`/api/connectors/${connector}`, { is_default: true })).status).toBe(200);
  });

  it('shows what was posted, in its channel and thread', async () => {
    const first = await posted({ text: 'Disk is full' });
    const reply = await posted({ text: 'Mended', thread_id: first.remote_id });
    expect([first.status, reply.status]).toEqual(['sent', 'sent']);
    const { channels } = await inspect<ConversationsListResponse>('conversations.list');
    const id = channels?.find(({ name }) => name === 'operations')?.id ?? '';
    const { messages } = await inspect<ConversationsHistoryResponse>('conversations.history', `channel=${id}`);
    expect(messages).toEqual([expect.objectContaining({ text: 'Disk is full', ts: first.remote_id, reply_count: 1 })]);
  });

  it('refuses a channel that it does not know, which ends the message at once', async () => {
    expect(await posted({ to: 'nowhere' })).toMatchObject({
      status: 'failed',
      attempts: 1,
      last_error: 'Slack does not know the channel, or it is private and the app is not in it',
    });
  });

  it('lets a message fail after three attempts when it is down', async () => {
    slack.front.failNext({ kind: 'cut' }, { kind: 'cut' }, { kind: 'answer', answer: { status: 503 } });
    expect(await posted({})).toMatchObject({
      status: 'failed',
      attempts: 3,
      last_error: 'Slack answered with status 503',
    });
  });

  it('is nothing but a process on this machine', () => {
    expect(watch.places()).toEqual({ inside: expect.arrayContaining(['127.0.0.1']), outside: [] });
    expect(slack.front.unexpected).toEqual([]);
  });
});
