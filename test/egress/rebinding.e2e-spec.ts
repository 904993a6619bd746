import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { ConnectionTest } from '../../src/core/connectors/index.js';
import { EgressBlockedError } from '../../src/core/egress/index.js';
import { ScriptedResolver, egressFor } from '../support/egress.js';
import { Listener } from '../support/peers/listener.js';

const signal = new AbortController().signal;

describe('a name whose addresses change', () => {
  let allowed: Listener;
  let forbidden: Listener;
  let resolver: ScriptedResolver;
  let setup: ReturnType<typeof egressFor>;

  beforeEach(async () => {
    allowed = await Listener.http((_request, response) => response.setHeader('connection', 'close').end('allowed'));
    forbidden = await Listener.http((_request, response) => response.end('forbidden'), '127.0.0.2', allowed.port);
    resolver = new ScriptedResolver().answer('rebinding.test', ['127.0.0.1'], ['127.0.0.2']);
    setup = egressFor({ resolver, allow: ['127.0.0.1/32'] });
  });

  afterEach(async () => {
    await setup.close();
    await Promise.all([allowed.stop(), forbidden.stop()]);
  });

  it('is looked up once for a request, and the checked address is the one that is used', async () => {
    const response = await setup.egress.request(`http://rebinding.test:${allowed.port}/`, { signal });
    expect(await response.text()).toBe('allowed');
    expect(resolver.asked).toEqual(['rebinding.test']);
    expect(forbidden.accepted).toBe(0);
  });

  it('is looked up once for a socket', async () => {
    const socket = await setup.egress.connect({ host: 'rebinding.test', port: allowed.port }, signal);
    expect(socket.remoteAddress).toBe('127.0.0.1');
    socket.destroy();
    expect(resolver.asked).toEqual(['rebinding.test']);
  });

  it('is checked again for the next connection', async () => {
    const url = `http://rebinding.test:${allowed.port}/`;
    const first = await setup.egress.request(url, { signal });
    await first.text();
    await allowed.idle();
    await expect(setup.egress.request(url, { signal })).rejects.toBeInstanceOf(EgressBlockedError);
    expect(forbidden.accepted).toBe(0);
  });

  it('gives no way in between a probe and the use after it', async () => {
    await setup.egress.probe(`http://rebinding.test:${allowed.port}/`, new ConnectionTest(signal));
    await expect(setup.egress.connect({ host: 'rebinding.test', port: allowed.port }, signal)).rejects.toBeInstanceOf(
      EgressBlockedError,
    );
    expect(forbidden.accepted).toBe(0);
  });

  it('is tried at its other addresses when one does not answer', async () => {
    resolver.answer('two.test', ['127.0.0.3', '127.0.0.1']);
    const both = egressFor({ resolver, allow: ['two.test'] });
    const socket = await both.egress.connect({ host: 'two.test', port: allowed.port }, signal);
    expect(socket.remoteAddress).toBe('127.0.0.1');
    socket.destroy();
    await once(socket, 'close');
    await both.close();
  });
});
