import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConnectionTest } from '../../src/core/connectors/index.js';
import { DeliveryRefusedError } from '../../src/core/delivery/index.js';
import { WebhookProvider } from '../../src/foundation/messaging/connectors/webhook/webhook.provider.js';
import { DEFAULT_TEMPLATE } from '../../src/foundation/messaging/connectors/webhook/webhook-template.js';
import { egressFor } from '../support/egress.js';
import { ContractFake } from '../support/peers/contract-fake.js';

let hook: ContractFake;
let door: ReturnType<typeof egressFor>;

beforeEach(async () => {
  hook = await ContractFake.start();
  hook.on('POST /hook', () => ({ status: 202 })).on('GET /health', () => ({ status: 204 }));
  door = egressFor({ allow: ['127.0.0.1'] });
});
afterEach(async () => {
  await door.close();
  await hook.stop();
});

const signal = () => AbortSignal.timeout(5000);
const connect = (config: object = {}) =>
  new WebhookProvider(door.egress).fromConfig({
    url: `${hook.origin}/hook`,
    method: 'POST',
    body_template: DEFAULT_TEMPLATE,
    ...config,
  });
const message = { id: 'm1', date: new Date('2026-11-24T09:30:00Z'), text: 'Say "hi"\n', to: '#ops', threadId: null };

describe('a webhook', () => {
  it('gets the message as JSON, with headers and a signature that can be checked', async () => {
    await connect({ headers: { 'X-Team': 'a' }, hmac_secret: 'k3y' }).sendMessage(message, { signal: signal() });
    const [seen] = hook.seen('POST /hook');
    expect(JSON.parse(String(seen?.body))).toEqual({
      id: 'm1',
      text: 'Say "hi"\n',
      to: '#ops',
      thread_id: null,
      date: '2026-11-24T09:30:00.000Z',
    });
    const { 'x-ede-timestamp': time, 'x-ede-signature': signature, 'x-team': team } = seen?.headers ?? {};
    const digest = createHmac('sha256', 'k3y')
      .update(`${String(time)}.${String(seen?.body)}`)
      .digest('hex');
    expect([team, signature]).toEqual(['a', `sha256=${digest}`]);
  });

  it('is not testable without posting, unless a test address is declared', async () => {
    expect((await connect().testConnection(new ConnectionTest(signal()))).outcome).toBe('not_testable');
    expect(hook.journal).toEqual([]);
    expect(
      (await connect({ test_url: `${hook.origin}/health` }).testConnection(new ConnectionTest(signal()))).outcome,
    ).toBe('ok');
    await expect(
      connect({ test_url: `${hook.origin}/missing` }).testConnection(new ConnectionTest(signal())),
    ).rejects.toMatchObject({ step: 'access' });
  });

  it('makes a real message the test when asked', async () => {
    const result = await connect().testConnection(new ConnectionTest(signal(), false, { text: 'Try' }));
    expect(result.outcome).toBe('ok');
    expect(JSON.parse(String(hook.seen('POST /hook')[0]?.body))).toMatchObject({ text: 'Try', to: null });
  });

  it('refuses templates that name what no message has, or give no JSON', async () => {
    for (const body_template of ['{"a":{{nope}}}', '{"text":"{{text}}"}']) {
      await expect(connect({ body_template }).testConnection(new ConnectionTest(signal()))).rejects.toMatchObject({
        step: 'config',
      });
    }
  });

  it.each([
    [400, 'delivery_refused'],
    [404, 'delivery_refused'],
    [302, 'delivery_refused'],
    [408, 'connection_failed'],
    [500, 'connection_failed'],
    [429, 'delivery_delayed'],
    [503, 'delivery_delayed'],
  ])('an answer of %i is %s', async (status, code) => {
    hook.failNext({ kind: 'answer', answer: { status, headers: { location: 'http://127.0.0.1:1/' } } });
    const failed = await connect()
      .sendMessage(message, { signal: signal() })
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code });
    expect(failed instanceof DeliveryRefusedError).toBe(code === 'delivery_refused');
  });
});
