import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConnectionTest, TestStepFailure } from '../../src/core/connectors/index.js';
import { DeliveryDelayedError, DeliveryRefusedError } from '../../src/core/delivery/index.js';
import { SlackProvider } from '../../src/foundation/messaging/connectors/slack/slack.provider.js';
import { egressFor } from '../support/egress.js';
import { SlackFake } from '../support/peers/slack-fake.js';

const TOKEN = SlackFake.TOKEN;

let slack: SlackFake;
let door: ReturnType<typeof egressFor>;

beforeEach(async () => {
  slack = await SlackFake.start();
  door = egressFor({ allow: ['127.0.0.1'], overrides: { 'https://slack.com': slack.origin } });
});
afterEach(async () => {
  expect(slack.http.unexpected).toEqual([]);
  await door.close();
  await slack.stop();
});

const connect = (config: object = {}) =>
  new SlackProvider(door.egress).fromConfig({ bot_token: TOKEN, default_channel: '#general', ...config });
const signal = () => AbortSignal.timeout(5000);
const message = (change: object = {}) => ({
  id: 'm1',
  date: new Date(),
  text: 'Hello',
  to: null,
  threadId: null,
  ...change,
});

describe('the test of a Slack connector', () => {
  it('signs in and looks at the granted scopes, and posts nothing', async () => {
    const test = new ConnectionTest(signal());
    expect(await connect().testConnection(test)).toEqual({ outcome: 'ok', message: 'Connected to Acme' });
    expect(test.steps.map(({ name, ok }) => `${name}:${ok}`)).toEqual([
      'egress:true',
      'connect:true',
      'auth:true',
      'access:true',
    ]);
    expect(slack.http.seen('POST /api/chat.postMessage')).toEqual([]);
  });

  it('takes 200 with ok: false as a refusal', async () => {
    const test = new ConnectionTest(signal());
    await expect(connect({ bot_token: 'xoxb-wrong' }).testConnection(test)).rejects.toMatchObject({ step: 'auth' });
    expect(test.steps.at(-1)).toMatchObject({ name: 'auth', ok: false, hint: expect.stringContaining('xoxb-') });
  });

  it('fails in access when the token may not post', async () => {
    slack.scopes = 'users:read';
    await expect(connect().testConnection(new ConnectionTest(signal()))).rejects.toThrow(TestStepFailure);
  });

  it('is degraded without a default channel, and sends one message when asked', async () => {
    expect((await connect({ default_channel: undefined }).testConnection(new ConnectionTest(signal()))).outcome).toBe(
      'degraded',
    );
    await connect().testConnection(new ConnectionTest(signal(), false, { text: 'Try' }));
    expect(
      slack.http.seen('POST /api/chat.postMessage').map(({ body }) => JSON.parse(body.toString()) as unknown),
    ).toEqual([{ channel: '#general', text: 'Try' }]);
  });
});

describe('posting to Slack', () => {
  it('takes channel and thread from the message, and answers the id that Slack gave', async () => {
    expect(await connect().sendMessage(message({ to: '#ops', threadId: '1699.1' }), { signal: signal() })).toEqual({
      remoteId: '1700.42',
    });
    const [seen] = slack.http.seen('POST /api/chat.postMessage');
    expect(JSON.parse(String(seen?.body))).toEqual({ channel: '#ops', text: 'Hello', thread_ts: '1699.1' });
  });

  it('tells final refusals from those that may pass', async () => {
    await expect(connect().sendMessage(message({ to: '#gone' }), { signal: signal() })).rejects.toThrow(
      DeliveryRefusedError,
    );
    await expect(connect({ default_channel: undefined }).sendMessage(message(), { signal: signal() })).rejects.toThrow(
      DeliveryRefusedError,
    );
    slack.http.failNext({ kind: 'answer', answer: { status: 429, headers: { 'retry-after': '7' } } });
    await expect(connect().sendMessage(message(), { signal: signal() })).rejects.toMatchObject({
      retryAfterSeconds: 7,
    });
    for (const fault of [{ kind: 'answer', answer: { status: 503, body: 'x' } }, { kind: 'cut' }] as const) {
      slack.http.failNext(fault);
      const failed = await connect()
        .sendMessage(message(), { signal: signal() })
        .catch((error: unknown) => error);
      expect(failed).not.toBeInstanceOf(DeliveryRefusedError);
      expect(failed).not.toBeInstanceOf(DeliveryDelayedError);
      expect(failed).toMatchObject({ code: 'connection_failed' });
    }
  });

  it('never puts the token into an error', async () => {
    slack.http.failNext({ kind: 'answer', answer: { status: 500, body: `oops ${TOKEN}` } });
    const failed = await connect()
      .sendMessage(message(), { signal: signal() })
      .catch((error: unknown) => error);
    expect((failed as Error).message).not.toContain(TOKEN);
  });
});
