import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { ConnectionTest } from '../../src/core/connectors/index.js';
import { EgressBlockedError, type Egress } from '../../src/core/egress/index.js';
import { ScriptedResolver, egressFor } from '../support/egress.js';
import { Listener } from '../support/peers/listener.js';

const SPELLINGS = [
  '127.0.0.1',
  '127.0.0.2',
  '127.1',
  '2130706433',
  '0x7f000001',
  '017700000001',
  '0177.0.0.1',
  '0',
  '0.0.0.0',
  '127.0.0.1.',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[2002:7f00:1::]',
  '[::]',
  'localhost',
  'LOCALHOST.',
  'rebound.test',
  'mixed.test',
];
/** Only for what takes a URL: an HTTP client refuses to send it. */
const URL_SPELLINGS = ['①②⑦.0.0.1', '127%2e0.0.1', '127。0。0。1'];

const signal = new AbortController().signal;

/** Every way out that the door offers. */
const WAYS: Record<string, (egress: Egress, host: string, port: number) => Promise<unknown>> = {
  'an http request': (egress, host, port) => egress.request(`http://${host}:${port}/`, { signal }),
  'an https request': (egress, host, port) => egress.request(`https://${host}:${port}/`, { signal }),
  'a socket': (egress, host, port) => egress.connect({ host, port }, signal),
  'a TLS socket': (egress, host, port) => egress.connect({ host, port, tls: true }, signal),
  "an SDK's http agent": (egress, host, port) => agentRequest(egress, 'http', host, port),
  "an SDK's https agent": (egress, host, port) => agentRequest(egress, 'https', host, port),
  'a probe': (egress, host, port) => probe(egress, `https://${host}:${port}/`),
};

function agentRequest(egress: Egress, scheme: 'http' | 'https', host: string, port: number): Promise<unknown> {
  const { httpAgent, httpsAgent, destroy } = egress.httpAgents();
  return new Promise((resolve, reject) => {
    const bare = host.replace(/^\[|\]$/g, '');
    const request =
      scheme === 'http'
        ? requestHttp({ host: bare, port, agent: httpAgent }, resolve)
        : requestHttps({ host: bare, port, agent: httpsAgent }, resolve);
    request.on('error', reject).end();
  }).finally(destroy);
}

async function probe(egress: Egress, url: string): Promise<void> {
  const test = new ConnectionTest(signal);
  try {
    await egress.probe(url, test);
  } catch (error) {
    expect(test.steps).toMatchObject([{ name: 'egress', ok: false }]);
    throw (error as Error).cause;
  }
}

describe('a blocked target', () => {
  const listeners: Listener[] = [];
  let port: number;
  let setup: ReturnType<typeof egressFor>;

  beforeEach(async () => {
    const first = await Listener.tcp((socket) => socket.end('hello'));
    port = first.port;
    listeners.push(first, await Listener.tcp((socket) => socket.end('hello'), '127.0.0.2', port));
    const resolver = new ScriptedResolver()
      .answer('localhost', ['127.0.0.1', '::1'])
      .answer('rebound.test', ['127.0.0.1'])
      .answer('mixed.test', ['8.8.8.8', '127.0.0.1']);
    setup = egressFor({ resolver });
  });

  afterEach(async () => {
    await setup.close();
    await Promise.all(listeners.splice(0).map((listener) => listener.stop()));
  });

  it.each(Object.entries(WAYS))('gets no connection by %s, however its address is written', async (name, way) => {
    const isAgent = name.startsWith('an SDK');
    for (const host of isAgent ? SPELLINGS : [...SPELLINGS, ...URL_SPELLINGS]) {
      await expect(way(setup.egress, host, port)).rejects.toBeInstanceOf(EgressBlockedError);
    }
    expect(listeners.map(({ accepted }) => accepted)).toEqual([0, 0]);
  });

  it.each(Object.entries(WAYS))('is answered by %s alike whether its port is open or closed', async (_name, way) => {
    const closed = await Listener.tcp(() => undefined);
    const closedPort = closed.port;
    await closed.stop();
    const messageFor = (target: number) =>
      way(setup.egress, '127.0.0.1', target).then(
        () => 'connected',
        (error: unknown) => (error as Error).message,
      );
    expect(await messageFor(port)).toBe(await messageFor(closedPort));
    expect(await messageFor(port)).toContain('EDE_EGRESS_ALLOW');
  });

  it('is reached once it is listed, so that the tests above can fail', async () => {
    const open = egressFor({ allow: [`127.0.0.1:${port}`] });
    const socket = await open.egress.connect({ host: '127.0.0.1', port }, signal);
    socket.destroy();
    expect(listeners.map(({ accepted }) => accepted)).toEqual([1, 0]);
    await open.close();
  });
});
