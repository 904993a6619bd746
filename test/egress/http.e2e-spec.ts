import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IncomingMessage, RequestListener } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { EgressFailedError, type EgressRequestOptions } from '../../src/core/egress/index.js';
import { ScriptedResolver, egressFor } from '../support/egress.js';
import { Listener } from '../support/peers/listener.js';

const signal = new AbortController().signal;

describe('an http request', () => {
  let handler: RequestListener;
  let server: Listener;
  let elsewhere: Listener;
  let setup: ReturnType<typeof egressFor>;

  beforeEach(async () => {
    server = await Listener.http((request, response) => handler(request, response));
    elsewhere = await Listener.http((_request, response) => response.end());
    const resolver = new ScriptedResolver().answer('peer.test', ['127.0.0.1']).answer('unknown.test', []);
    setup = egressFor({ resolver, allow: ['peer.test', 'unknown.test'] });
  });

  afterEach(async () => {
    await setup.close();
    await Promise.all([server.stop(), elsewhere.stop()]);
  });

  const send = (path: string, options: Partial<EgressRequestOptions> = {}) =>
    setup.egress.request(`http://PEER.test.:${server.port}${path}`, { signal, ...options });

  it('carries method, path, headers and body, under the name that was asked for', async () => {
    const seen: Partial<IncomingMessage>[] = [];
    handler = (request, response) => {
      const { method, url, headers } = request;
      seen.push({ method: method!, url: url!, headers });
      request.pipe(response.setHeader('X-Answer', 'yes'));
    };
    const response = await send('/a%20b?c=d', {
      method: 'PUT',
      headers: { 'x-test': '1' },
      body: Readable.from(['ab', 'cd']),
    });
    expect(await response.text()).toBe('abcd');
    expect(response.headers['x-answer']).toBe('yes');
    expect(seen).toMatchObject([
      { method: 'PUT', url: '/a%20b?c=d', headers: { 'x-test': '1', host: `peer.test:${server.port}` } },
    ]);
  });

  it.each([301, 302, 303, 307, 308])('does not follow a %d', async (status) => {
    handler = (_request, response) =>
      response.writeHead(status, { location: `http://peer.test:${elsewhere.port}/` }).end();
    const response = await send('/');
    expect(response.status).toBe(status);
    response.discard();
    expect(elsewhere.accepted).toBe(0);
  });

  it('refuses to buffer more than it may, and closes the connection', async () => {
    handler = (_request, response) => response.end(Buffer.alloc(2 * 1024 ** 2));
    await expect((await send('/')).buffer()).rejects.toThrow('too large');
    await server.idle();
    const small = await send('/', { maxResponseBytes: 2 * 1024 ** 2 });
    expect(await small.buffer()).toHaveLength(2 * 1024 ** 2);
  });

  it('stops an endless answer at the limit', async () => {
    handler = (_request, response) => {
      const write = (): void => {
        if (response.write(Buffer.alloc(65_536))) setImmediate(write);
        else response.once('drain', write);
      };
      write();
    };
    await expect((await send('/')).text()).rejects.toBeInstanceOf(EgressFailedError);
    await server.idle();
  });

  it('gives up on a service that does not start to answer, and closes the connection', async () => {
    handler = () => undefined;
    await expect(send('/', { firstByteTimeout: 50 })).rejects.toMatchObject({
      phase: 'response',
      message: 'The service did not answer in time',
    });
    await server.idle();
  });

  it('reports an answer that breaks off', async () => {
    handler = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.socket?.destroy());
    };
    await expect((await send('/')).buffer()).rejects.toMatchObject({ phase: 'response' });
  });

  it('reports a connection that is cut before the answer', async () => {
    handler = (request) => request.socket.resetAndDestroy();
    await expect(send('/')).rejects.toBeInstanceOf(EgressFailedError);
  });

  it('ends at once when its caller gives up, before and during the answer', async () => {
    handler = (request, response) => (request.url === '/silent' ? undefined : response.write('begin'));
    const silent = new AbortController();
    const waiting = send('/silent', { signal: silent.signal });
    silent.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    const slow = new AbortController();
    const response = await send('/slow', { signal: slow.signal });
    slow.abort(new Error('enough'));
    await expect(response.buffer()).rejects.toThrow('enough');
    await server.idle();
  });

  it('destroys the body that could not be sent', async () => {
    const body = new PassThrough();
    await expect(
      setup.egress.request(`http://127.0.0.1:${server.port}/`, { method: 'PUT', body, signal }),
    ).rejects.toThrow('egress policy');
    expect(body.destroyed).toBe(true);
  });

  it('tells unknown names and refused connections apart, without provider text', async () => {
    await expect(setup.egress.request('http://unknown.test/', { signal })).rejects.toMatchObject({
      phase: 'resolve',
      message: 'The host name is not known to the name service',
    });
    const { port } = server;
    await server.stop();
    await expect(setup.egress.request(`http://peer.test:${port}/`, { signal })).rejects.toMatchObject({
      phase: 'connect',
      message: 'The connection was refused',
    });
  });

  it('answers JSON, and says when it is none', async () => {
    handler = (request, response) => response.end(request.url === '/json' ? '{"a":1}' : '<html>');
    expect(await (await send('/json')).json()).toEqual({ a: 1 });
    await expect((await send('/html')).json()).rejects.toThrow('did not answer with JSON');
  });
});
