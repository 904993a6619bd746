import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { PasswordHasher } from '../../src/core/crypto/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer, TestClient } from '../support/client.js';

/** Tries of one place whose passwords are looked at together. */
const LANES = 4;
const NETWORK = '2001:db8::';

let app: TestApp;
let user: TestClient;
let verify: PasswordHasher['verify'];
let open = (): void => undefined;
/** Wrong passwords that are looked at just now; they wait until the gate is opened. */
let held = 0;

beforeAll(async () => {
  app = await startTestApp({ env: { EDE_TRUSTED_PROXIES: '127.0.0.1' } });
  await app.setUp();
  user = await app.signIn('Acme');
  const hasher = app.get(PasswordHasher);
  verify = hasher.verify.bind(hasher);
});
afterAll(() => app.close());

beforeEach(async () => {
  await app.get(DataSource).query('DELETE FROM auth_login_limit');
  const gate = new Promise<void>((resolve) => (open = resolve));
  held = 0;
  app.get(PasswordHasher).verify = async (stored, password) => {
    if (password === 'wrong') {
      held += 1;
      await gate;
    }
    return verify(stored, password);
  };
});
afterEach(() => {
  open();
  app.get(PasswordHasher).verify = verify;
});

const logIn = (address: string, email: string, password = 'wrong'): Promise<Answer> =>
  app.anonymous().post('/api/auth/login', { email, password }, { headers: { 'x-forwarded-for': address } });
const signIn = (address: string): Promise<Answer> => logIn(address, user.identity.email, user.identity.password);
const crowd = (size: number, addressOf: (at: number) => string): Promise<Answer>[] =>
  Array.from({ length: size }, (_, at) => logIn(addressOf(at), `crowd${at}@example.com`));
const until = async (isReached: () => boolean): Promise<void> => {
  while (!isReached()) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe('many sign-ins at once', () => {
  it.each([
    ['one address', () => '203.0.113.7'],
    ['one IPv6 network', (at: number) => `${NETWORK}${at + 1}`],
  ])('of %s leave room for those of others', async (_, addressOf) => {
    let refused = 0;
    const stormed = crowd(300, addressOf);
    for (const answer of stormed) void answer.then(({ status }) => (refused += Number(status === 429)));
    await until(() => refused >= 100);
    expect((await signIn('198.51.100.4')).status).toBe(200);
    open();
    expect((await Promise.all(stormed)).filter(({ status }) => status === 401)).toHaveLength(50);
  });

  it('of one IPv6 network are looked at four at a time', async () => {
    const answers = crowd(12, (at) => `${NETWORK}${at + 1}`);
    await until(() => held >= LANES);
    expect((await signIn('198.51.100.4')).status).toBe(200); // whoever did not have to wait is there by now
    expect(held).toBe(LANES);
    open();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(12).fill(401));
  });

  it('let no refused one wait for those that are looked at', async () => {
    const answers = crowd(LANES, () => '203.0.113.7');
    await until(() => held === LANES);
    await app.get(DataSource).query('UPDATE auth_login_limit SET failures = 50');
    expect((await signIn('203.0.113.7')).status).toBe(429);
    open();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(LANES).fill(401));
  });
});
