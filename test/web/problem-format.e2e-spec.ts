import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startProbe, type Probe } from './probe.js';
import { get, sendBytes } from './wire.js';

let probe: Probe;

beforeAll(async () => {
  probe = await startProbe();
});
afterAll(() => probe.close());

describe('a refusal', () => {
  it('is a problem document whose members follow from the code', async () => {
    const answer = await fetch(`${probe.url}/api/probe/fail/used`);
    expect(answer.status).toBe(409);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('retry-after')).toBe('3');
    expect(await answer.json()).toEqual({
      type: 'urn:ede:problem:probe_used',
      title: 'It is used',
      status: 409,
      detail: 'It is used',
      instance: answer.headers.get('x-request-id'),
      code: 'probe_used',
      uses: [{ kind: 'documents', count: 2 }],
    });
  });

  it('carries a request id that the server made, also when the client sends one', async () => {
    const answer = await fetch(`${probe.url}/api/probe/list`, {
      headers: { 'x-request-id': 'mine', 'request-id': 'mine' },
    });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('an unexpected error', () => {
  it('is 500 with a general sentence, and the log names it with the request id', async () => {
    const answer = await fetch(`${probe.url}/api/probe/fail/unexpected`);
    const text = await answer.text();
    const id = answer.headers.get('x-request-id') ?? '';
    expect(answer.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ code: 'internal_error', instance: id });
    expect(text).not.toMatch(/hunter2|SELECT|\.ts/);
    const line = probe.log.find((entry) => entry.includes(id) && entry.includes('"level":"error"'));
    expect(line).toContain('probe.ts');
  });

  it('cuts the connection when half of the answer was sent', async () => {
    const answer = await get(probe.port, '/api/probe/fail/late');
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('half of');
    expect(answer.body).not.toMatch(/0\r\n\r\n$/);
  });
});

describe('what never becomes a request', () => {
  it.each([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['a bad content length', 'POST /api/probe/body HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n'],
    ['headers that are too large', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`],
  ])('%s is a 400 problem', async (_name, bytes) => {
    const answer = await sendBytes(probe.port, bytes);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'invalid_input', instance: answer.headers['x-request-id'] });
  });

  it.each([
    ['bad percent-encoding', '/api/probe/named/%zz'],
    ['bad UTF-8', '/api/probe/named/%ff'],
    ['a lone surrogate', '/api/probe/named/%ed%a0%80'],
    ['NUL', '/api/probe/named/a%00b'],
    ['a very long parameter', `/api/probe/named/${'a'.repeat(600)}`],
  ])('%s in the path is a 400 problem that does not repeat the path', async (_name, target) => {
    const answer = await get(probe.port, target);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.headers['x-request-id']).toBe((JSON.parse(answer.body) as { instance: string }).instance);
    expect(answer.body).not.toContain('/api/probe');
  });
});
