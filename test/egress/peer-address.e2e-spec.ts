import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConnectionTest } from '../../src/core/connectors/index.js';
import { EgressBlockedError } from '../../src/core/egress/index.js';
import { egressFor, ScriptedResolver, type EgressSetup } from '../support/egress.js';
import { Listener } from '../support/peers/listener.js';

const signal = new AbortController().signal;

/**
 * A system takes the unspecified address for itself: who asks to be connected to 0.0.0.0 is connected to 127.0.0.1. So
 * when 0.0.0.0 is listed, by its address or under a name, every judgement before the connection is in favour, and the
 * connection leads to a service that nobody has listed. Only a look at the other end of the open socket tells.
 */
describe('a connection that ends at another address than the judged one', () => {
  let heard: Buffer[];
  let peer: Listener;
  let setup: ReturnType<typeof egressFor>;

  beforeEach(async () => {
    heard = [];
    peer = await Listener.tcp((socket) => socket.on('data', (bytes: Buffer) => heard.push(bytes)));
  });

  afterEach(async () => {
    await setup.close();
    await peer.stop();
  });

  function open(wanted: EgressSetup): typeof setup.egress {
    const resolver = new ScriptedResolver().answer('zero.test', ['0.0.0.0']).answer('here.test', ['127.0.0.1']);
    setup = egressFor({ resolver, ...wanted });
    return setup.egress;
  }

  async function isRefused(attempt: Promise<unknown>): Promise<void> {
    const error: unknown = await attempt.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EgressBlockedError);
    expect((error as EgressBlockedError).reason).toBe('The connection went to another address than the checked one');
    expect(peer.accepted).toBe(1); // it was made: nothing before has refused it
    await peer.idle();
    expect(heard).toEqual([]);
  }

  it('is given up before a word is sent, for a request', async () => {
    const egress = open({ allow: ['0.0.0.0'] });
    await isRefused(egress.request(`http://0.0.0.0:${peer.port}/`, { signal }));
  });

  it('is given up for a socket', async () => {
    const egress = open({ allow: ['0.0.0.0'] });
    await isRefused(egress.connect({ host: '0.0.0.0', port: peer.port }, signal));
  });

  it('is given up before a handshake begins', async () => {
    const egress = open({ allow: ['0.0.0.0'] });
    await isRefused(egress.connect({ host: '0.0.0.0', port: peer.port, tls: true }, signal));
  });

  it('is given up for a listed name', async () => {
    const egress = open({ allow: ['zero.test'] });
    await isRefused(egress.request(`http://zero.test:${peer.port}/`, { signal }));
  });

  it('is given up with the policy off', async () => {
    const egress = open({ policy: 'off' });
    await isRefused(egress.connect({ host: '0.0.0.0', port: peer.port }, signal));
  });

  it('fails the test of a connector', async () => {
    const egress = open({ allow: ['0.0.0.0'] });
    const test = new ConnectionTest(signal);
    await expect(egress.probe(`http://0.0.0.0:${peer.port}/`, test)).rejects.toThrow();
    await peer.idle();
    expect(heard).toEqual([]);
  });

  it('is another case than a listed address, where the peer is heard', async () => {
    const egress = open({ allow: ['here.test'] });
    const socket = await egress.connect({ host: 'here.test', port: peer.port }, signal);
    socket.end('a word');
    while (heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(Buffer.concat(heard).toString()).toBe('a word');
  });
});
