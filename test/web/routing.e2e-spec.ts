import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startProbe, type Probe } from './probe.js';

const ID = '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22';

let probe: Probe;

beforeAll(async () => {
  probe = await startProbe();
});
afterAll(() => probe.close());

const call = (method: string, path: string, headers: Record<string, string> = {}) =>
  fetch(`${probe.url}${path}`, { method, headers });

it.each(['/api/nowhere', '/nowhere', '/api/probe/list/', '/api/probe//list', '/api/probe/items/'])(
  '%s is an unknown route',
  async (path) => {
    const answer = await call('GET', path);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'route_not_found' });
  },
);

it.each([
  ['PATCH', '/api/probe/list', 'GET, HEAD'],
  ['OPTIONS', '/api/probe/list?limit=3', 'GET, HEAD'],
  ['GET', '/api/probe/body', 'POST'],
  ['HEAD', '/api/probe/body', 'POST'],
  ['DELETE', `/api/probe/items/${ID}`, 'GET, HEAD'],
  ['PUT', '/api/probe/named/a%2Fb%20c', 'GET, HEAD'],
])('%s %s is 405 with the methods that the path offers', async (method, path, allowed) => {
  const answer = await call(method, path);
  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe(allowed);
  if (method !== 'HEAD') expect(await answer.json()).toMatchObject({ code: 'method_not_allowed' });
});

it('answers HEAD like GET, without the body', async () => {
  const [get, head] = await Promise.all([
    call('GET', `/api/probe/items/${ID}`),
    call('HEAD', `/api/probe/items/${ID}`),
  ]);
  expect(head.status).toBe(200);
  expect(head.headers.get('etag')).toBe(get.headers.get('etag'));
  expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
  expect(await head.text()).toBe('');
});

describe('path ids', () => {
  it('are taken in any case and handed on in lower case', async () => {
    const answer = await call('GET', `/api/probe/items/${ID.toUpperCase()}`);
    expect(await answer.json()).toEqual({ id: ID, version: 7 });
    expect(answer.headers.get('etag')).toBe('"7"');
  });

  it.each(['abc', `${ID}0`, ID.replaceAll('-', ''), `{${ID}}`])('refuse %s with invalid_id', async (id) => {
    const answer = await call('GET', `/api/probe/items/${id}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'invalid_id', errors: [{ pointer: 'id' }] });
  });
});

describe('If-Match', () => {
  const versionOf = async (header?: string) => {
    const answer = await call(
      'POST',
      `/api/probe/items/${ID}/version`,
      header === undefined ? {} : { 'if-match': header },
    );
    return answer.status === 200 ? ((await answer.json()) as { version: number | null }).version : answer.status;
  };

  it('gives the version, or null when none is demanded', async () => {
    expect(await versionOf('"3"')).toBe(3);
    expect(await versionOf()).toBeNull();
    expect(await versionOf('*')).toBeNull();
  });

  it('gives a version that never matches for a tag that is not ours', async () => {
    expect(await versionOf('"abc"')).toBe(-1);
    expect(await versionOf('W/"3"')).toBe(-1);
    expect(await versionOf('"0"')).toBe(-1);
  });

  it.each(['3', '"3', '"3", "4"', 'x"3"'])('refuses %s with 400', async (header) => {
    expect(await versionOf(header)).toBe(400);
  });
});

describe('headers of every answer', () => {
  it('forbid everything to a browser that takes data for a page', async () => {
    const { headers } = await call('GET', '/api/probe/list');
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('let Swagger UI run its own files', async () => {
    const page = await call('GET', '/api/docs');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    const script = /src="([^"]+swagger-ui-init\.js)"/.exec(await page.text())?.[1] ?? '';
    expect((await fetch(new URL(script, page.url))).status).toBe(200);
  });
});

describe('EDE_PUBLIC_DOCS=false', () => {
  it('closes the document and the UI', async () => {
    const closed = await startProbe({ EDE_PUBLIC_DOCS: 'false' });
    try {
      expect((await fetch(`${closed.url}/api/openapi.json`)).status).toBe(404);
      expect((await fetch(`${closed.url}/api/docs`)).status).toBe(404);
    } finally {
      await closed.close();
    }
  });
});
