import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestClient } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { settled, until } from '../support/delivery.js';
import { DeliveryProcess } from '../support/killed-process.js';
import { SlackFake } from '../support/peers/slack-fake.js';

const MESSAGES = '/api/messaging/messages';
const ADMIN = { email: 'admin@example.com', password: 'correct horse battery staple' };

let database: TestDatabase;
let slack: SlackFake;
let home: string;
let env: Record<string, string>;
beforeEach(async () => {
  database = await createTestDatabase();
  slack = await SlackFake.start();
  home = await mkdtemp(join(tmpdir(), 'ede-messages-'));
  env = {
    DATABASE_URL: database.url,
    EDE_DATA_DIR: join(home, 'data'),
    EDE_MASTER_KEY: randomBytes(32).toString('base64'),
    EDE_ADMIN_EMAIL: ADMIN.email,
    EDE_ADMIN_PASSWORD: ADMIN.password,
    EDE_EGRESS_ALLOW: new URL(slack.origin).host,
    EDE_ENDPOINT_OVERRIDES: JSON.stringify({ 'https://slack.com': slack.origin }),
  };
});
afterEach(async () => {
  await slack.stop();
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

async function signIn({ url }: { url: string }): Promise<TestClient> {
  const client = new TestClient(url);
  await client.logIn(ADMIN.email, ADMIN.password);
  return client;
}

/** A pasted bot token is all that it takes. */
async function connectSlack(client: TestClient): Promise<void> {
  const { id } = await client.createConnector({
    category: 'messaging',
    provider_type: 'slack',
    is_default: true,
    param_ids: [
      { key: 'bot_token', value: SlackFake.TOKEN },
      { key: 'default_channel', value: '#general' },
    ],
  });
  for (const step of ['test', 'activate']) {
    expect(await client.post(`/api/connectors/${id}/${step}`)).toMatchObject({ status: 200 });
  }
}

const posts = () => slack.http.seen('POST /api/chat.postMessage');

it('kill -9 loses no accepted message, whenever it comes', async () => {
  let server = await DeliveryProcess.start(env);
  const ids: string[] = [];
  try {
    await connectSlack(await signIn(server));
    for (let round = 0; round < 2; round += 1) {
      const client = await signIn(server);
      const before = posts().length;
      // The kill meets messages that Slack has not answered yet.
      slack.http.failNext({ kind: 'hang' }, { kind: 'hang' });
      for (let index = 0; index < 8; index += 1) {
        const { status, body } = await client.post(MESSAGES, { text: `message ${ids.length}` });
        expect(status).toBe(202);
        ids.push((body as { id: string }).id);
      }
      await until(
        () => posts().length,
        (now) => now >= before + 2,
      );
      await server.kill();
      server = await DeliveryProcess.start(env);
    }
    const client = await signIn(server);
    for (const id of ids) expect(await settled(client, `${MESSAGES}/${id}`)).toMatchObject({ status: 'sent' });
  } finally {
    await server.kill();
  }
  const texts = posts().map(({ body }) => (JSON.parse(String(body)) as { text: string }).text);
  expect(new Set(texts)).toEqual(new Set(ids.map((_, index) => `message ${index}`)));
});
