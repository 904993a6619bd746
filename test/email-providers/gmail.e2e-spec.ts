import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { ConnectionTest, ConnectorConfigError, type ConnectionContext } from '../../src/core/connectors/index.js';
import { DeliveryDelayedError, DeliveryRefusedError } from '../../src/core/delivery/index.js';
import { GmailProvider } from '../../src/foundation/email/connectors/gmail/gmail.provider.js';
import { egressFor } from '../support/egress.js';
import { MemoryWatch } from '../support/memory-watch.js';
import { GoogleFake } from '../support/peers/google-fake.js';

const SEND = 'https://www.googleapis.com/auth/gmail.send';

let google: GoogleFake;
let door: ReturnType<typeof egressFor>;
let scopes: string[];

beforeEach(async () => {
  scopes = [SEND];
  google = await GoogleFake.start();
  door = egressFor({ allow: ['127.0.0.1'], overrides: { 'https://gmail.googleapis.com': google.origin } });
});
afterEach(async () => {
  expect(google.http.unexpected).toEqual([]);
  await door.close();
  await google.stop();
});

const signal = () => AbortSignal.timeout(20_000);

function connect() {
  const tokens = () => ({
    get: () => Promise.resolve({ value: google.issue(), scopes }),
    reject: () => Promise.resolve(),
  });
  const context: ConnectionContext = { accessTokens: tokens(), tokensOf: tokens };
  return new GmailProvider(door.egress).fromConfig({ sender: 'office@acme.example', sender_name: 'Büro' }, context);
}

const box = (address: string) => ({ name: null, address });
const mail = (change: object = {}) => ({
  id: 'm1',
  date: new Date('2026-11-24T09:30:00Z'),
  to: [box('a@example.com')],
  cc: [],
  bcc: [box('hidden@example.com')],
  subject: 'Grüße',
  text: 'Hello',
  html: null,
  attachments: [],
  ...change,
});

describe('the test of a Gmail connector', () => {
  it('looks at the granted scopes; with gmail.send alone it leaves the profile alone, and sends nothing', async () => {
    const test = new ConnectionTest(signal());
    expect(await connect().testConnection(test)).toEqual({
      outcome: 'ok',
      message: 'Connected as office@acme.example',
    });
    expect(test.steps.map(({ name }) => name)).toEqual(['egress', 'connect', 'auth', 'access']);
    expect(google.http.journal).toEqual([]);
  });

  it('reads the profile with a scope that may', async () => {
    scopes = ['https://mail.google.com/'];
    await connect().testConnection(new ConnectionTest(signal()));
    expect(google.http.journal.map(({ path }) => path)).toEqual(['/gmail/v1/users/me/profile']);
  });

  it('fails in access without a scope that may send', async () => {
    scopes = ['https://www.googleapis.com/auth/gmail.readonly'];
    await expect(connect().testConnection(new ConnectionTest(signal()))).rejects.toMatchObject({ step: 'access' });
  });
});

describe('sending by Gmail', () => {
  it('uploads MIME with sender, recipients, Bcc, and attachments byte by byte', async () => {
    const content = randomBytes(6 * 1024 ** 2);
    const attachments = [
      { name: 'a.bin', mime: 'application/octet-stream', size: content.length, open: () => Readable.from([content]) },
    ];
    expect(await connect().sendMessage(mail({ attachments }), { signal: signal() })).toEqual({
      remoteId: 'mail-1',
      rejected: [],
    });
    const text = String((await google.sent())[0]);
    expect(text).toContain('To: a@example.com');
    expect(text).toContain('Bcc: hidden@example.com');
    expect(text).toMatch(/^From: =\?UTF-8\?Q\?B=C3=BCro\?= <office@acme\.example>/m);
    const encoded = text.slice(text.indexOf('\r\n\r\n', text.indexOf('filename=a.bin'))).replaceAll(/\s|--.*/g, '');
    expect(Buffer.from(encoded, 'base64').equals(content)).toBe(true);
  });

  it('holds little in memory of a 25 MB attachment', async () => {
    const [size, piece] = [25 * 1024 ** 2, randomBytes(64 * 1024)];
    const pieces = function* () {
      for (let at = 0; at < size; at += piece.length) yield Buffer.from(piece);
    };
    const attachments = [{ name: 'a', mime: 'text/plain', size, open: () => Readable.from(pieces()) }];
    const watch = MemoryWatch.start();
    await connect().sendMessage(mail({ attachments }), { signal: signal() });
    expect(watch.stop()).toBeLessThan(size / 2);
    expect((await google.sent())[0]?.length).toBeGreaterThan((size * 4) / 3);
  });

  it('sends nothing when an attachment breaks', async () => {
    const open = () =>
      Readable.from(
        (async function* () {
          yield Buffer.alloc(5 * 1024 ** 2);
          throw new Error('storage broke');
        })(),
      );
    const attachments = [{ name: 'a', mime: 'text/plain', size: 9, open }];
    await expect(connect().sendMessage(mail({ attachments }), { signal: signal() })).rejects.toThrow();
    expect(await google.sent()).toEqual([]);
  });

  it('tells final refusals from those that may pass', async () => {
    const send = () =>
      connect()
        .sendMessage(mail(), { signal: signal() })
        .catch((error: unknown) => error);
    google.http.failNext({ kind: 'answer', answer: { status: 400, body: {} } });
    expect(await send()).toBeInstanceOf(DeliveryRefusedError);
    google.http.failNext({ kind: 'answer', answer: { status: 429, headers: { 'retry-after': '9' }, body: {} } });
    expect(await send()).toMatchObject({ retryAfterSeconds: 9 });
    google.http.failNext({ kind: 'answer', answer: { status: 500, body: {} } });
    const passing = await send();
    expect(passing).not.toBeInstanceOf(DeliveryRefusedError);
    expect(passing).not.toBeInstanceOf(DeliveryDelayedError);
    expect(passing).toBeInstanceOf(Error);
  });
});

it('a service account must name the user that it sends for', () => {
  const context = {} as ConnectionContext;
  const config = { sender: 'a@acme.example', service_account: '{}' };
  expect(() => new GmailProvider(door.egress).fromConfig(config, context)).toThrow(ConnectorConfigError);
});
