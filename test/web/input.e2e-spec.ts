import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startProbe, type Probe } from './probe.js';
import { get, sendBytes } from './wire.js';

let probe: Probe;

beforeAll(async () => {
  probe = await startProbe();
});
afterAll(() => probe.close());

interface Problem {
  readonly status: number;
  readonly code?: string;
  readonly errors?: { pointer: string; code: string; message: string }[];
}

async function post(body: string | Uint8Array | undefined, type?: string, path = '/api/probe/body') {
  const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
  const answer = await fetch(`${probe.url}${path}`, { method: 'POST', headers, ...(body !== undefined && { body }) });
  const text = await answer.text();
  return {
    status: answer.status,
    text,
    json: (text === '' ? {} : JSON.parse(text)) as Problem & Record<string, unknown>,
  };
}

const postJson = (value: unknown) => post(JSON.stringify(value), 'application/json');
const issueOf = async (answer: Promise<{ json: Problem }>) => {
  const [first] = (await answer).json.errors ?? [];
  return [first?.pointer, first?.code];
};

describe('a body', () => {
  it('passes when every field is as declared', async () => {
    const body = { name: 'é 😀', count: 3, flag: false, param_ids: [{ key: 'a' }], json: { a: [1, null, { b: '' }] } };
    expect(await postJson(body)).toMatchObject({ status: 200, json: body });
  });

  it.each([
    [{ name: 'a', other: 1 }, '/other', 'unknown_field'],
    [{ name: 'a', param_ids: [{ key: 'b', 'x/y~z': 1 }] }, '/param_ids/0/x~1y~0z', 'unknown_field'],
    [{}, '/name', 'required'],
    [{ name: 1 }, '/name', 'invalid_type'],
    [{ name: null }, '/name', 'invalid_type'],
    [{ name: 'a', count: '3' }, '/count', 'invalid_type'],
    [{ name: 'a', count: 1.5 }, '/count', 'invalid_type'],
    [{ name: 'a', count: null }, '/count', 'invalid_type'],
    [{ name: 'a', flag: 'true' }, '/flag', 'invalid_type'],
    [{ name: 'a', param_ids: {} }, '/param_ids', 'invalid_type'],
    [{ name: 'a', param_ids: ['b'] }, '/param_ids/0', 'invalid_type'],
    [{ name: 'a', param_ids: [{ key: 'b' }, { key: 7 }] }, '/param_ids/1/key', 'invalid_type'],
    [{ name: 'x'.repeat(21) }, '/name', 'too_long'],
  ])('%j is refused at %s as %s', async (body, pointer, code) => {
    expect(await issueOf(postJson(body))).toEqual([pointer, code]);
  });

  it('must be an object', async () => {
    for (const text of ['[]', '"a"', '5', 'null', 'true']) {
      expect(await post(text, 'application/json')).toMatchObject({ status: 400, json: { errors: [{ pointer: '' }] } });
    }
  });

  it('never comes back in the answer that refuses it', async () => {
    const { text } = await postJson({ name: ['hunter2'], count: 'hunter2', param_ids: [{ key: 'hunter2hunter2' }] });
    expect(text).not.toContain('hunter2');
  });

  it.each([
    ['{"name":', 'invalid_json'],
    ["{'name':'hunter2'}", 'invalid_json'],
    ['{"name":"a"} x', 'invalid_json'],
    ['{"name":"a\\u0000"}', 'invalid_text'],
    ['{"name":"\\ud800"}', 'invalid_text'],
    ['{"name":"\\udc00\\ud800"}', 'invalid_text'],
    ['{"name":"a","json":{"\\u0000":1}}', 'invalid_text'],
    ['{"name":"a","json":{"a":["\\udfff"]}}', 'invalid_text'],
    ['{"name":"a","count":1e999}', 'invalid_value'],
    ['{"name":"a","__proto__":{"isAdmin":true}}', 'forbidden_key'],
    ['{"name":"a","json":{"a":{"__proto__":1}}}', 'forbidden_key'],
    ['{"name":"a","json":{"constructor":{"prototype":{"isAdmin":true}}}}', 'forbidden_key'],
  ])('%s is refused as %s', async (text, code) => {
    const answer = await post(text, 'application/json');
    expect(answer.status).toBe(400);
    expect(answer.json.errors?.[0]?.code).toBe(code);
    expect(answer.text).not.toContain('hunter2');
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it('that is not UTF-8 is refused', async () => {
    const answer = await post(Buffer.from([...Buffer.from('{"name":"'), 0xff, 0x22, 0x7d]), 'application/json');
    expect(answer).toMatchObject({ status: 400, json: { errors: [{ code: 'invalid_encoding' }] } });
  });

  it('may be nested 32 levels deep, not 33', async () => {
    const nested = (levels: number) => `{"name":"a","json":${'{"a":'.repeat(levels - 2)}{}${'}'.repeat(levels - 2)}}`;
    expect((await post(nested(32), 'application/json')).status).toBe(200);
    expect(await post(nested(33), 'application/json')).toMatchObject({
      status: 400,
      json: { errors: [{ code: 'too_deep' }] },
    });
    expect((await post(`{"name":"a","json":${'['.repeat(500_000)}`, 'application/json')).status).toBe(400);
  });

  it('is not deep because of brackets in its texts', async () => {
    const json = { a: '[{'.repeat(40), b: '\\"[[['.repeat(40) };
    expect((await postJson({ name: 'a', json })).status).toBe(200);
  });
});

describe('the size of a body', () => {
  const ofSize = (bytes: number) => {
    const frame = JSON.stringify({ name: 'a', json: { a: '' } });
    return frame.replace('"a":""', `"a":"${'x'.repeat(bytes - frame.length)}"`);
  };
  const MIB = 1024 ** 2;

  it('may be 1 MiB, not more', async () => {
    expect((await post(ofSize(MIB), 'application/json')).status).toBe(200);
    expect(await post(ofSize(MIB + 1), 'application/json')).toMatchObject({
      status: 413,
      json: { code: 'body_too_large' },
    });
  });

  it('may be 2 MiB where the route says so', async () => {
    expect((await post(ofSize(2 * MIB), 'application/json', '/api/probe/large')).status).toBe(200);
    expect((await post(ofSize(2 * MIB + 1), 'application/json', '/api/probe/large')).status).toBe(413);
  });

  it('counts also when no length is announced', async () => {
    const chunk = `${(64 * 1024).toString(16)}\r\n${' '.repeat(64 * 1024)}\r\n`;
    const head = `POST /api/probe/body HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const answer = await sendBytes(probe.port, head + chunk.repeat(17));
    expect(answer.status).toBe(413);
  });
});

describe('the content type', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/merge-patch+json',
    'application/xml',
    'nonsense',
    'application/json; charset=utf-16',
  ])('%s is 415', async (type) => {
    expect(await post('{"name":"a"}', type)).toMatchObject({ status: 415, json: { code: 'unsupported_media_type' } });
  });

  it('may be multipart, which leaves a route that wants JSON without a body', async () => {
    const form = new FormData();
    form.set('name', 'a');
    const answer = await fetch(`${probe.url}/api/probe/body`, { method: 'POST', body: form });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer: '/name', code: 'required' }] });
  });

  it('is needed with a body', async () => {
    const bytes =
      'POST /api/probe/body HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 12\r\n\r\n{"name":"a"}';
    expect((await sendBytes(probe.port, bytes)).status).toBe(415);
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON;charset="UTF-8"'])(
    '%s is taken',
    async (type) => {
      expect((await post('{"name":"a"}', type)).status).toBe(200);
    },
  );

  it('is not needed without a body, and an empty body counts as none', async () => {
    expect((await post(undefined, undefined, '/api/probe/empty')).status).toBe(204);
    expect((await post('', 'application/json', '/api/probe/empty')).status).toBe(204);
    expect(await issueOf(post(undefined))).toEqual(['/name', 'required']);
  });
});

describe('a query', () => {
  const query = async (text: string) => {
    const answer = await get(probe.port, `/api/probe/list?${text}`);
    return { status: answer.status, json: JSON.parse(answer.body) as Problem & Record<string, unknown> };
  };

  it('is read as declared, and large limits are clamped', async () => {
    expect((await query('limit=999&is_enabled=true&q=a%20b+c')).json).toEqual({
      limit: 200,
      is_enabled: true,
      q: 'a b c',
    });
    expect((await query('')).json).toEqual({ limit: 50 });
    expect((await query('limit=99999999999999999999999')).json).toEqual({ limit: 200 });
  });

  it.each([
    ['limit=0', 'limit', 'invalid_value'],
    ['limit=-1', 'limit', 'invalid_value'],
    ['limit=1.5', 'limit', 'invalid_type'],
    ['limit=', 'limit', 'invalid_type'],
    ['limit=1e2', 'limit', 'invalid_type'],
    ['limit=ten', 'limit', 'invalid_type'],
    ['limit=1&limit=2', 'limit', 'duplicate'],
    ['q=a&%71=b', 'q', 'duplicate'],
    ['is_enabled=1', 'is_enabled', 'invalid_type'],
    ['other=1', 'other', 'unknown_field'],
    ['q=%00', 'q', 'invalid_text'],
    ['q=%ed%a0%80', 'q', 'invalid_encoding'],
    ['q=%ff', 'q', 'invalid_encoding'],
    ['q=%', 'q', 'invalid_encoding'],
    ['__proto__=1', 'query', 'forbidden_key'],
    ['constructor=1', 'query', 'forbidden_key'],
  ])('%s is refused at %s as %s', async (text, pointer, code) => {
    expect(await query(text)).toMatchObject({ status: 400, json: { errors: [{ pointer, code }] } });
  });
});
