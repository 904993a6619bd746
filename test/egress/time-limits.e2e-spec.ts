import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { egressFor } from '../support/egress.js';
import { FullQueue } from '../support/peers/full-queue.js';
import { Listener } from '../support/peers/listener.js';

/** Milliseconds that a test may take: well above the limit that it waits for, well below what it would take without. */
const PATIENCE = 12_000;

describe('with the limits as they are shipped', () => {
  const setup = egressFor({ allow: ['127.0.0.1'] });
  const { signal } = new AbortController();
  let queue: FullQueue;
  let silent: Listener;

  beforeAll(async () => {
    queue = await FullQueue.open();
    silent = await Listener.tcp(() => undefined);
  });
  afterAll(async () => {
    await setup.close();
    await Promise.all([queue.close(), silent.stop()]);
  });

  it.each([
    ['a port whose packets are dropped', 'connect', () => `http://127.0.0.1:${queue.port}/`],
    ['a service that never answers the greeting of TLS', 'tls', () => `https://127.0.0.1:${silent.port}/`],
    ['a service that takes a request and is silent', 'response', () => `http://127.0.0.1:${silent.port}/`],
  ])(
    '%s is given up in step %s',
    (_, phase, url) => expect(setup.egress.request(url(), { signal })).rejects.toMatchObject({ phase }),
    PATIENCE,
  );

  it(
    'so is a raw connection',
    () => {
      const target = { host: '127.0.0.1', port: queue.port };
      return expect(setup.egress.connect(target, signal)).rejects.toMatchObject({ phase: 'connect' });
    },
    PATIENCE,
  );
});
