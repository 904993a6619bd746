import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { request as requestHttps } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { ConnectionTest } from '../../src/core/connectors/index.js';
import { ScriptedResolver, egressFor } from '../support/egress.js';
import { certificateFor, type TestCertificate } from '../support/peers/certificate.js';
import { Listener } from '../support/peers/listener.js';

const signal = new AbortController().signal;
const HOSTS = ['peer.test', 'other.test'];

describe('TLS', () => {
  const opened: { stop: () => Promise<void> }[] = [];
  const resolver = HOSTS.reduce((made, host) => made.answer(host, ['127.0.0.1']), new ScriptedResolver());
  const { egress, close } = egressFor({ resolver, allow: [...HOSTS, '127.0.0.1'] });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((listener) => listener.stop()));
  });

  async function serve(certificate: TestCertificate): Promise<Listener> {
    const listener = await Listener.https(certificate, (request, response) =>
      response.end((request.socket as TLSSocket & { servername?: string }).servername),
    );
    opened.push(listener);
    return listener;
  }

  it('is spoken under the requested name, although the socket goes to the checked address', async () => {
    const certificate = certificateFor(['peer.test']);
    const { port } = await serve(certificate);
    const socket = await egress.connect({ host: 'peer.test', port, tls: { ca: certificate.cert } }, signal);
    socket.write('GET / HTTP/1.1\r\nhost: peer.test\r\nconnection: close\r\n\r\n');
    let answer = '';
    expect(socket.remoteAddress).toBe('127.0.0.1');
    socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk));
    await once(socket, 'end');
    expect(answer).toContain('peer.test');
  });

  it('accepts an address that the certificate names', async () => {
    const certificate = certificateFor(['127.0.0.1']);
    const { port } = await serve(certificate);
    (await egress.connect({ host: '127.0.0.1', port, tls: { ca: certificate.cert } }, signal)).destroy();
  });

  const valid = certificateFor(['peer.test']);
  const expired = certificateFor(['peer.test'], new Date(Date.now() - 60_000));

  it.each([
    { of: 'another name', host: 'other.test', certificate: valid, ca: valid.cert, message: 'for another name' },
    { of: 'another address', host: '127.0.0.1', certificate: valid, ca: valid.cert, message: 'for another name' },
    { of: 'the past', host: 'peer.test', certificate: expired, ca: expired.cert, message: 'not valid at this time' },
    { of: 'nobody known', host: 'peer.test', certificate: valid, ca: undefined, message: 'not signed by a trusted' },
  ])('refuses a certificate of $of and closes the socket', async ({ host, certificate, ca, message }) => {
    const listener = await serve(certificate);
    const tls = ca === undefined ? true : { ca };
    await expect(egress.connect({ host, port: listener.port, tls }, signal)).rejects.toThrow(message);
    await listener.idle();
    expect(listener.accepted).toBe(1);
  });

  it('is checked for requests and for the agents of SDKs too', async () => {
    const listener = await serve(certificateFor(['peer.test']));
    const message = 'not signed by a trusted authority';
    await expect(egress.request(`https://peer.test:${listener.port}/`, { signal })).rejects.toThrow(message);
    const { httpsAgent, destroy } = egress.httpAgents();
    const request = requestHttps({
      host: 'peer.test',
      port: listener.port,
      agent: httpsAgent,
      rejectUnauthorized: false,
    });
    await expect(once(request.end(), 'response')).rejects.toThrow(message);
    destroy();
    await listener.idle();
  });

  it('fails cleanly against a service that does not speak it, or says nothing', async () => {
    const plain = await Listener.tcp((socket) => socket.resume().end('220 hello\r\n'));
    const silent = await Listener.tcp((socket) => socket.resume());
    const closing = await Listener.tcp((socket) => socket.resume().end());
    opened.push(plain, silent, closing);
    for (const { port } of [plain, silent, closing]) {
      await expect(egress.connect({ host: 'peer.test', port, tls: true }, signal)).rejects.toMatchObject({
        phase: 'tls',
        message: 'The service does not speak TLS here, or no version in common',
      });
    }
    await Promise.all([plain, silent, closing].map((listener) => listener.idle()));
  });

  it('is a step of a probe, with a hint when it fails', async () => {
    const { port } = await serve(certificateFor(['peer.test']));
    const test = new ConnectionTest(signal);
    await expect(egress.probe(`https://peer.test:${port}/`, test)).rejects.toMatchObject({ step: 'tls' });
    expect(test.steps).toMatchObject([
      { name: 'egress', ok: true },
      { name: 'resolve', ok: true },
      { name: 'connect', ok: true },
      { name: 'tls', ok: false, hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') },
    ]);
    await close();
  });
});
