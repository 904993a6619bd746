import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer } from '../support/client.js';

/** Where the specs' own connections come from. */
const PEER = '127.0.0.1';

let open: TestApp;
let proxied: TestApp;
beforeAll(async () => {
  open = await startTestApp();
  proxied = await startTestApp({ env: { EDE_TRUSTED_PROXIES: `${PEER},10.0.0.0/8` } });
});
afterAll(async () => {
  await open.close();
  await proxied.close();
});
beforeEach(async () => {
  for (const app of [open, proxied]) await app.get(DataSource).query('DELETE FROM auth_login_limit');
});

const guess = (app: TestApp, forwarded: string | null, email = 'nobody@example.com'): Promise<Answer> =>
  app
    .anonymous()
    .post(
      '/api/auth/login',
      { email, password: 'wrong' },
      { headers: forwarded === null ? {} : { 'x-forwarded-for': forwarded } },
    );

/** What the audit says of a request. */
async function addressOf(app: TestApp, answer: Answer): Promise<string | null | undefined> {
  const rows: { address: string | null }[] = await app
    .get(DataSource)
    .query('SELECT address FROM audit_event WHERE request_id = $1', [answer.headers['x-request-id']]);
  return rows[0]?.address;
}

describe('X-Forwarded-For of somebody who is no trusted proxy', () => {
  it.each(['203.0.113.7', '203.0.113.7, 198.51.100.4', '::1', 'x'])('%s: the audit names the peer', async (header) => {
    expect(await addressOf(open, await guess(open, header))).toBe(PEER);
  });

  it('does not get around the limit of an account at one address', async () => {
    for (let at = 0; at < 10; at += 1) expect((await guess(open, `203.0.113.${at}`)).status).toBe(401);
    expect((await guess(open, '203.0.113.99')).status).toBe(429);
    expect((await guess(open, null)).status).toBe(429);
  });
});

describe('X-Forwarded-For of a trusted proxy', () => {
  it.each([
    ['one address', '203.0.113.7', '203.0.113.7'],
    ['what the client made up stands before it', '192.0.2.1, 203.0.113.7', '203.0.113.7'],
    ['a second trusted proxy between', '192.0.2.1, 203.0.113.7, 10.1.2.3', '203.0.113.7'],
    ['a trusted address that the client made up', '10.9.9.9, 203.0.113.7', '203.0.113.7'],
    ['IPv6', '2001:db8::7', '2001:db8::7'],
    ['none', null, PEER],
  ])('%s: the audit names the last hop that is not trusted', async (_, header, address) => {
    expect(await addressOf(proxied, await guess(proxied, header))).toBe(address);
  });

  it('gives each client a place of its own at the limit, which no made-up entry changes', async () => {
    for (let at = 0; at < 10; at += 1) {
      expect((await guess(proxied, `192.0.2.${at}, 203.0.113.7`)).status).toBe(401);
    }
    expect((await guess(proxied, '192.0.2.99, 203.0.113.7')).status).toBe(429);
    expect((await guess(proxied, '203.0.113.8')).status).toBe(401);
  });

  it('shows the account counter: 30 failures from anywhere stop an account, and no other', async () => {
    const email = 'wanted@example.com';
    for (let at = 0; at < 30; at += 1) {
      expect((await guess(proxied, `203.0.113.${at % 3}`, email)).status).toBe(401);
    }
    expect((await guess(proxied, '198.51.100.4', email)).status).toBe(429);
    expect((await guess(proxied, '198.51.100.4', 'other@example.com')).status).toBe(401);
  });

  it('counts 60 guesses at one account that come from 60 addresses at once', async () => {
    const email = 'stormed@example.com';
    const answers = await Promise.all(Array.from({ length: 60 }, (_, at) => guess(proxied, `203.0.113.${at}`, email)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(30);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);
  });
});
