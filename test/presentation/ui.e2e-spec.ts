import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { TestApp } from '../support/app.js';
import { get as getTarget, sendBytes } from '../web/wire.js';
import { ICON, SCRIPT, SECRET, startWithUi, THEME, UiFixture } from './ui-fixture.js';

const HTML = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const BROWSER = { accept: HTML };
const SCRIPT_PATH = '/assets/index-abc.js';
const POLICY =
  /^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-([A-Za-z0-9+/]{22}==)'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'$/;

interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it came: not decompressed. */
  readonly body: Buffer;
}

const fixture = new UiFixture();
let app: TestApp;
beforeAll(async () => {
  app = await startWithUi(fixture.folder);
});
afterAll(async () => {
  await app.close();
  fixture.dispose();
});

function call(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${app.url}${path}`, { method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject).end();
  });
}
const nonceOf = ({ headers }: RawAnswer) => POLICY.exec(String(headers['content-security-policy']))?.[1];
const codeOf = ({ body }: RawAnswer) => (JSON.parse(body.toString()) as { code: string }).code;

describe('the page', () => {
  it('carries a policy without inline code, and the nonce of its styles', async () => {
    const page = await call('/', BROWSER);
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toMatch(POLICY);
    expect(page.body.toString()).toContain(`<meta name="csp-nonce" content="${nonceOf(page)}">`);
    expect(page.body.toString()).not.toContain('__CSP_NONCE__');
  });

  it('has another nonce each time, and is never kept', async () => {
    const pages = await Promise.all(Array.from({ length: 20 }, () => call('/', BROWSER)));
    expect(new Set(pages.map(nonceOf)).size).toBe(20);
    for (const { headers } of pages) {
      expect(headers['cache-control']).toBe('no-store');
      expect(headers.etag).toBeUndefined();
    }
  });

  it('carries the security headers of every answer', async () => {
    const { headers } = await call('/', BROWSER);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    '/login?next=%2Fsettings',
    '/setup',
    '/settings/integrations/connectors/01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22?oauth=success',
    '/index.html',
    '/apiary',
    '/healthy/diet',
    '/no/such.js',
    `/${'deep/'.repeat(200)}`,
  ])('is what a browser gets for %s', async (path) => {
    const page = await call(path, BROWSER);
    expect(page.status).toBe(200);
    expect(page.body.toString()).toContain('csp-nonce');
  });

  it('answers HEAD like GET, without the body', async () => {
    const [get, head] = [await call('/login', BROWSER), await call('/login', BROWSER, 'HEAD')];
    expect(head.status).toBe(200);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect(head.headers['content-length']).toBe(String(get.body.length));
    expect(head.headers['content-security-policy']).toMatch(POLICY);
    expect(head.body).toHaveLength(0);
  });

  it('is there for who asks for the root with any type, elsewhere for who asks for HTML only', async () => {
    expect((await call('/', { accept: '*/*' })).status).toBe(200);
    expect((await call('/')).status).toBe(200);
    for (const accept of ['*/*', 'application/json', 'text/html;q=0']) {
      const answer = await call('/login', { accept });
      expect(answer.status).toBe(404);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(codeOf(answer)).toBe('route_not_found');
    }
  });

  it('is for everybody, and neither reads nor sets a cookie', async () => {
    const page = await call('/', { ...BROWSER, cookie: 'ede_session_insecure=expired', authorization: 'Bearer wrong' });
    expect(page.status).toBe(200);
    expect(page.headers['set-cookie']).toBeUndefined();
  });
});

describe('what is not the UI', () => {
  it.each(['/api', '/api/', '/api/nowhere', '/%61pi/nowhere', '/health', '/health/nowhere', '/metrics/nowhere'])(
    '%s stays a problem for a browser too',
    async (path) => {
      const answer = await call(path, BROWSER);
      expect(answer.status).toBe(404);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.headers['content-security-policy']).toBe("default-src 'none';frame-ancestors 'none'");
      expect(codeOf(answer)).toBe('route_not_found');
    },
  );

  it('keeps its own answers: API, health and documentation', async () => {
    expect((await call('/api/menus', BROWSER)).status).toBe(401);
    expect((await call('/health/live', BROWSER)).headers['content-type']).toContain('application/json');
    expect((await call('/api/docs', BROWSER)).body.toString()).toContain('swagger-ui');
  });

  it.each([
    ['PUT', '/api/connectors', 'GET, HEAD, POST'],
    ['GET', '/api/auth/login', 'POST'],
    ['POST', '/', 'GET, HEAD'],
    ['DELETE', SCRIPT_PATH, 'GET, HEAD'],
    ['PUT', '/favicon.svg', 'GET, HEAD'],
  ])('%s %s is 405', async (method, path, allowed) => {
    const answer = await call(path, BROWSER, method);
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe(allowed);
  });

  it('POST to a page is an unknown route', async () => {
    expect((await call('/login', BROWSER, 'POST')).status).toBe(404);
  });

  it('a malformed target is refused before it is a page', async () => {
    for (const target of ['/login%00', '/%ff', '/login?a=%zz', '/login?a=1&a=2', '/assets/%00']) {
      const { status } = await call(target, BROWSER);
      expect([target, status]).toEqual([target, 400]);
    }
  });
});

describe('assets', () => {
  it('are kept for a year, since their names change with their content', async () => {
    const { status, headers, body } = await call(SCRIPT_PATH);
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers['content-length']).toBe(String(SCRIPT.length));
    expect(body.toString()).toBe(SCRIPT);
  });

  it.each([
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip, deflate', 'gzip', gunzipSync],
    ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
  ])('come compressed to a client that takes %s', async (accepted, encoding, decompress) => {
    const { headers, body } = await call(SCRIPT_PATH, { 'accept-encoding': accepted });
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(headers['content-length']).toBe(String(body.length));
    expect(body.length).toBeLessThan(SCRIPT.length);
    expect(decompress(body).toString()).toBe(SCRIPT);
  });

  it('say that their form depends on the coding, in each form under a tag of its own', async () => {
    const forms = await Promise.all(
      ['br', 'gzip', 'identity'].map((accepted) => call(SCRIPT_PATH, { 'accept-encoding': accepted })),
    );
    for (const { headers } of forms) expect(headers.vary).toBe('accept-encoding');
    expect(new Set(forms.map(({ headers }) => headers.etag)).size).toBe(3);
  });

  it('without a compressed form are sent as they are, and do not vary', async () => {
    const { headers, body } = await call('/assets/logo-def.png', { 'accept-encoding': 'br, gzip' });
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers.vary).toBeUndefined();
    expect(headers['content-type']).toBe('image/png');
    expect(body.toString()).toBe('no picture');
  });

  it('answer HEAD like GET, without the body', async () => {
    const accepted = { 'accept-encoding': 'br' };
    const [get, head] = [await call(SCRIPT_PATH, accepted), await call(SCRIPT_PATH, accepted, 'HEAD')];
    for (const name of ['content-length', 'content-encoding', 'content-type', 'etag', 'cache-control', 'vary']) {
      expect(head.headers[name]).toBe(get.headers[name]);
    }
    expect(head.headers['content-length']).toBe(String(get.body.length));
    expect(head.body).toHaveLength(0);
  });

  it.each([
    '/assets/missing-abc.js',
    '/assets/',
    '/assets',
    `${SCRIPT_PATH}.br`,
    `${SCRIPT_PATH}.gz`,
    `${SCRIPT_PATH}/`,
  ])('%s is a problem, whoever asks, and is not kept', async (path) => {
    const answer = await call(path, BROWSER);
    expect(answer.status).toBe(404);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(codeOf(answer)).toBe('route_not_found');
  });
});

describe('files under a lasting name', () => {
  it.each([
    ['/favicon.svg', ICON, 'image/svg+xml; charset=utf-8'],
    ['/color-scheme.js', THEME, 'text/javascript; charset=utf-8'],
  ])('%s is asked for each time, and sent again when it has changed only', async (path, content, type) => {
    const first = await call(path);
    expect(first.status).toBe(200);
    expect(first.headers['content-type']).toBe(type);
    expect(first.headers['cache-control']).toBe('no-cache');
    expect(first.body.toString()).toBe(content);
    const etag = String(first.headers.etag);
    expect(etag).toMatch(/^"[\w-]+"$/);

    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await call(path, { 'if-none-match': known });
      expect(again.status).toBe(304);
      expect(again.headers).toMatchObject({ etag, 'cache-control': 'no-cache' });
      expect(again.body).toHaveLength(0);
    }
    expect((await call(path, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('cannot do anything when opened as a page', async () => {
    const { headers } = await call('/favicon.svg', BROWSER);
    expect(headers['content-security-policy']).toBe("default-src 'none';frame-ancestors 'none'");
  });
});

describe('a path that tries to leave the folder', () => {
  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/..%5csecret.txt',
    '/assets/..\\..\\secret.txt',
    '//secret.txt',
    '/./../secret.txt',
    '/%252e%252e/secret.txt',
    '/.built',
    '/assets/../.built',
    '/__proto__',
    '/constructor',
  ])('%s finds nothing', async (target) => {
    const answer = await getTarget(app.port, target);
    expect(answer.status).toBe(404);
    const page = await sendBytes(
      app.port,
      `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`,
    );
    expect([200, 404]).toContain(page.status);
    expect(answer.body + page.body).not.toContain(SECRET);
  });
});

it('the log names neither path nor query of a page', async () => {
  const before = app.log.length;
  await call('/settings/canary-path?code=canary-code&state=canary-state', BROWSER);
  const lines = app.log.slice(before).join('\n');
  expect(lines).toContain('"status":200');
  expect(lines).not.toContain('canary');
});

describe('where the UI is not built', () => {
  let bare: TestApp;
  beforeAll(async () => {
    bare = await startWithUi(`${fixture.folder}/nothing`);
  });
  afterAll(() => bare.close());

  it('a page says so, and the API works', async () => {
    const page = await fetch(`${bare.url}/settings`, { headers: BROWSER });
    expect(page.status).toBe(404);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
    expect(await page.text()).toContain('npm run build');
    expect((await fetch(`${bare.url}/api/setup`)).status).toBe(200);
  });

  it.each(['/', '/favicon.svg'])('a program gets a problem for %s', async (path) => {
    const answer = await fetch(`${bare.url}${path}`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'route_not_found' });
  });
});
