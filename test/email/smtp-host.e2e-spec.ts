import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { deliveryPolicy } from '../support/delivery.js';
import { FaultProxy } from '../support/peers/fault-proxy.js';
import { SmtpPeer } from '../support/peers/smtp-server.js';
import { delivered } from './mail.js';

let peer: SmtpPeer;
/** Stands in front of the mail server and counts who comes. */
let door: FaultProxy;
let app: TestApp;
let admin: TestClient;
beforeAll(async () => {
  peer = await SmtpPeer.start();
  door = await FaultProxy.start(peer.port);
  app = await startTestApp({
    env: { EDE_SMTP_URL: `smtp://127.0.0.1:${door.port}` },
    imports: [deliveryPolicy()],
  });
  admin = await app.signIn('acme');
});
afterAll(async () => {
  await app.close();
  await door.stop();
  await peer.stop();
});

const s3 = (endpoint: string) => ({
  category: 'storage',
  provider_type: 's3_compatible',
  param_ids: Object.entries({ endpoint, bucket: 'bucket', access_key: 'a', secret_key: 's' }).map(toParam),
});
const webhook = (url: string) => ({
  category: 'messaging',
  provider_type: 'webhook',
  param_ids: Object.entries({ url, test_url: url }).map(toParam),
});

function toParam([key, value]: [string, string]): object {
  return { key, value };
}

it.each([
  ['webhook', webhook],
  ['s3_compatible', s3],
])('the mail server of EDE_SMTP_URL is out of reach of a %s connector, saved or drafted', async (_, fields) => {
  for (const host of ['127.0.0.1', 'localhost', '0x7f000001', '[::ffff:127.0.0.1]']) {
    for (const scheme of ['http', 'https']) {
      const draft = fields(`${scheme}://${host}:${door.port}`);
      const drafted = await admin.post('/api/connectors/test', draft);
      const { id } = await admin.createConnector({ name: `${scheme} ${host}`, ...draft });
      const saved = await admin.post(`/api/connectors/${id}/test`);
      for (const { body } of [drafted, saved]) {
        expect(body.success).toBe(false);
        expect(body.details.steps.at(-1)).toMatchObject({ name: 'egress', ok: false });
      }
    }
  }
  expect(door.accepted).toBe(0);
});

it('it is reached by the mails that it is meant for', async () => {
  expect(await delivered(admin)).toMatchObject({ status: 'sent', provider_type: 'built_in' });
  expect(door.accepted).toBe(1);
});
