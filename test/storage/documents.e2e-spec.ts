import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { DOCUMENTS, download, namesSeenBy, rowsOf, upload, uploaded } from './documents.js';

let app: TestApp;
let admin: TestClient;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.signIn('acme');
});
afterAll(() => app.close());

async function filesOnDisk(): Promise<string[]> {
  const entries = await readdir(join(app.settings.dataDir, 'storage'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe('uploading without a connector', () => {
  it('stores the bytes in the built-in filesystem and describes them', async () => {
    const content = randomBytes(300_000);
    const answer = await upload(admin, content, { name: 'Verträge 2026.pdf', mime: 'application/pdf' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'Verträge 2026.pdf',
      mime: 'application/pdf',
      size: 300_000,
      sha256: createHash('sha256').update(content).digest('hex'),
      connector_id: null,
      organization_id: admin.organizationId,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(await filesOnDisk()).toContain(`${answer.body.id}.bin`);
    const one = await admin.get(`${DOCUMENTS}/${answer.body.id}`);
    expect(one.body).toEqual(answer.body);
  });

  it('stores an empty file', async () => {
    const { id, size } = await uploaded(admin, '');
    expect(size).toBe(0);
    const answer = await download(admin, id);
    expect([answer.status, answer.body.length, answer.headers['content-length']]).toEqual([200, 0, '0']);
  });

  it('takes the organization from the query or from a field before the file', async () => {
    const organization_id = admin.organizationId;
    expect((await uploaded(admin, 'a', { query: { organization_id } })).organization_id).toBe(organization_id);
    const upper = { organization_id: organization_id.toUpperCase() };
    expect((await uploaded(admin, 'a', { fields: upper })).organization_id).toBe(organization_id);
  });

  it('keeps only the name of a path, and a type that is one', async () => {
    const document = await uploaded(admin, 'a', { name: '../../etc/passwd', mime: 'not a type' });
    expect(document).toMatchObject({ name: 'passwd', mime: 'application/octet-stream' });
  });
});

describe('an upload is refused', () => {
  const file = { filename: 'a.txt', contentType: 'text/plain' };
  const post = () => admin.raw('post', DOCUMENTS);
  const id = randomUUID();

  it.each([
    ['without a file', () => post().field('purpose', 'document'), 'required', '/file'],
    ['with a text instead of a file', () => post().field('file', 'text'), 'invalid_type', '/file'],
    [
      'with two files',
      () => post().attach('file', Buffer.from('a'), file).attach('file', Buffer.from('b'), file),
      'too_many_files',
      '/file',
    ],
    [
      'with a field behind the file',
      () => post().attach('file', Buffer.from('a'), file).field('purpose', 'config'),
      'misplaced_part',
      '/purpose',
    ],
    ['with the file under another name', () => post().attach('data', Buffer.from('a'), file), 'unknown_field', '/data'],
    [
      'with an unknown field',
      () => post().field('colour', 'red').attach('file', Buffer.from('a'), file),
      'unknown_field',
      '/colour',
    ],
    [
      'with a field twice',
      () => post().field('purpose', 'config').field('purpose', 'config').attach('file', Buffer.from('a'), file),
      'duplicate',
      '/purpose',
    ],
    [
      'with a field in query and body',
      () => upload(admin, 'a', { query: { purpose: 'config' }, fields: { purpose: 'config' } }),
      'duplicate',
      '/purpose',
    ],
    ['with an unknown purpose', () => upload(admin, 'a', { fields: { purpose: 'fun' } }), 'invalid_value', '/purpose'],
    [
      'with an unknown purpose in the query',
      () => upload(admin, 'a', { query: { purpose: 'fun' } }),
      'invalid_value',
      'purpose',
    ],
    [
      'with a malformed organization',
      () => upload(admin, 'a', { fields: { organization_id: 'x' } }),
      'invalid_id',
      '/organization_id',
    ],
    [
      'with an unknown query parameter',
      () => upload(admin, 'a', { query: { colour: 'red' } }),
      'unknown_field',
      'colour',
    ],
    ['with a name that is too long', () => upload(admin, 'a', { name: 'x'.repeat(256) }), 'too_long', '/file'],
    ['with control characters in its name', () => upload(admin, 'a', { name: 'a\tb' }), 'invalid_text', '/file'],
    ['with a name of spaces', () => upload(admin, 'a', { name: '  ' }), 'required', '/file'],
  ])('%s', async (_, send, code, pointer) => {
    const before = [await rowsOf(app), await filesOnDisk()];
    const answer = await send();
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid_input', errors: [{ code, pointer }] });
    expect([await rowsOf(app), await filesOnDisk()]).toEqual(before);
  });

  it('for another organization like for an unknown one', async () => {
    const globex = await app.signIn('globex');
    const [foreign, unknown] = await Promise.all(
      [globex.organizationId, id].map((organization_id) => upload(admin, 'a', { query: { organization_id } })),
    );
    expect(foreign?.status).toBe(404);
    expect({ ...foreign?.body, instance: '' }).toEqual({ ...unknown?.body, instance: '' });
    const instanceAdmin = await app.setUp();
    expect((await upload(instanceAdmin, 'a', { query: { organization_id: id } })).status).toBe(404);
  });

  it('from a member, a reader token and somebody who is not signed in', async () => {
    const member = await app.signIn('acme', 'member');
    const reader = await admin.withToken({ scopes: ['read'] });
    const answers = [await upload(member, 'a'), await upload(reader, 'a'), await upload(app.anonymous(), 'a')];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 401]);
  });

  it('when its body is no multipart, or none at all', async () => {
    expect((await admin.post(DOCUMENTS, {})).body).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    expect((await admin.post(DOCUMENTS)).body).toMatchObject({ status: 400, code: 'invalid_input' });
    const type = { 'content-type': 'multipart/form-data' };
    expect((await admin.post(DOCUMENTS, 'x', { headers: type })).body).toMatchObject({ code: 'malformed_upload' });
  });

  it('when its body ends too early', async () => {
    const before = [await rowsOf(app), await filesOnDisk()];
    const head = '--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n';
    for (const body of [`${head}half`, '--b\r\n', 'nonsense']) {
      const headers = { 'content-type': 'multipart/form-data; boundary=b' };
      expect((await admin.post(DOCUMENTS, body, { headers })).body).toMatchObject({
        status: 400,
        code: 'malformed_upload',
      });
    }
    expect([await rowsOf(app), await filesOnDisk()]).toEqual(before);
  });

  it('but taken from tokens that may write or send', async () => {
    for (const scopes of [['write'], ['send']]) {
      expect((await upload(await admin.withToken({ scopes }), 'a')).status).toBe(201);
    }
  });
});

describe('reading', () => {
  const content = randomBytes(200_000);
  let id: string;
  beforeAll(async () => {
    ({ id } = await uploaded(admin, content, { name: `page '1' ü.html`, mime: 'text/html' }));
  });

  it('answers the bytes as a download that nothing can run', async () => {
    const answer = await download(admin, id);
    expect(answer.status).toBe(200);
    expect(content.equals(answer.body as Buffer)).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-length': '200000',
      'content-disposition': `attachment; filename="page '1' _.html"; filename*=UTF-8''page%20%271%27%20%C3%BC.html`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringMatching(/^sandbox;/),
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
      etag: `"${createHash('sha256').update(content).digest('hex')}"`,
    });
  });

  it.each([
    ['bytes=0-99', 0, 100],
    ['bytes=100000-', 100_000, 200_000],
    ['bytes=-10', 199_990, 200_000],
    ['bytes=199999-999999', 199_999, 200_000],
  ])('answers the range %s', async (range, start, end) => {
    const answer = await download(admin, id, { range });
    expect(answer.status).toBe(206);
    expect(answer.headers['content-range']).toBe(`bytes ${start}-${end - 1}/200000`);
    expect(answer.headers['content-length']).toBe(String(end - start));
    expect(content.subarray(start, end).equals(answer.body as Buffer)).toBe(true);
  });

  it('answers 416 for a range behind the end', async () => {
    const answer = await download(admin, id, { range: 'bytes=200000-' });
    expect(answer.body).toMatchObject({ status: 416, code: 'range_not_satisfiable' });
    expect(answer.headers['content-range']).toBe('bytes */200000');
  });

  it('answers the whole document for several ranges, and for a range of another content', async () => {
    expect((await download(admin, id, { range: 'bytes=0-1,4-5' })).status).toBe(200);
    expect((await download(admin, id, { range: 'bytes=0-1', 'if-range': '"other"' })).status).toBe(200);
    const { etag } = (await download(admin, id)).headers as { etag: string };
    expect((await download(admin, id, { range: 'bytes=0-1', 'if-range': etag })).status).toBe(206);
  });

  it('answers HEAD with the headers alone', async () => {
    const answer = await admin.head(`${DOCUMENTS}/${id}/content`);
    expect([answer.status, answer.headers['content-length'], answer.text]).toEqual([200, '200000', undefined]);
    const part = await admin.head(`${DOCUMENTS}/${id}/content`, { headers: { range: 'bytes=0-9' } });
    expect([part.status, part.headers['content-length']]).toEqual([206, '10']);
  });

  it('is open to members, and to nobody of another organization', async () => {
    const member = await app.signIn('acme', 'member');
    expect((await download(member, id)).status).toBe(200);
    expect(await namesSeenBy(member)).toContain(`page '1' ü.html`);
    const globex = await app.signIn('globex');
    const organization_id = admin.organizationId;
    for (const path of [
      `${DOCUMENTS}/${id}`,
      `${DOCUMENTS}/${id}/content`,
      `${DOCUMENTS}?organization_id=${organization_id}`,
    ]) {
      const unknown = path.replace(id, randomUUID()).replace(organization_id, randomUUID());
      const [foreign, other] = [await globex.get(path), await globex.get(unknown)];
      expect(foreign.status).toBe(404);
      expect({ ...foreign.body, instance: '' }).toEqual({ ...other.body, instance: '' });
    }
    expect((await globex.delete(`${DOCUMENTS}/${id}`)).status).toBe(404);
    expect((await app.anonymous().get(`${DOCUMENTS}/${id}/content`)).status).toBe(401);
    expect((await admin.get(`${DOCUMENTS}/nonsense`)).body).toMatchObject({ status: 400, code: 'invalid_id' });
  });
});

describe('listing', () => {
  it('gives pages, newest first, without gap or repetition', async () => {
    const lister = await app.signIn('lister');
    for (let number = 1; number <= 5; number++) await uploaded(lister, `${number}`, { name: `${number}.txt` });
    const names: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const answer = await lister.get(`${DOCUMENTS}?limit=2${cursor && `&cursor=${cursor}`}`);
      names.push(...(answer.body as { items: { name: string }[] }).items.map(({ name }) => name));
      cursor = (answer.body as { next_cursor: string | null }).next_cursor;
    }
    expect(names).toEqual(['5.txt', '4.txt', '3.txt', '2.txt', '1.txt']);
  });

  it('refuses a cursor of another organization', async () => {
    const lister = await app.signIn('lister');
    const { next_cursor } = (await lister.get(`${DOCUMENTS}?limit=1`)).body as { next_cursor: string };
    const answer = await admin.get(`${DOCUMENTS}?limit=1&cursor=${next_cursor}`);
    expect(answer.body).toMatchObject({ status: 400, code: 'invalid_input' });
  });
});

describe('deleting', () => {
  it('removes record and bytes, and is audited', async () => {
    const { id } = await uploaded(admin, 'short-lived');
    expect((await admin.delete(`${DOCUMENTS}/${id}`)).status).toBe(204);
    expect((await admin.get(`${DOCUMENTS}/${id}`)).status).toBe(404);
    expect((await admin.delete(`${DOCUMENTS}/${id}`)).status).toBe(404);
    expect(await filesOnDisk()).not.toContain(`${id}.bin`);
    expect((await rowsOf(app)).map((row) => row['id'])).not.toContain(id);
    expect(await auditOf(id)).toEqual(['document.created', 'document.delete_requested', 'document.deleted']);
  });

  it('is refused to members and to tokens that only read', async () => {
    const { id } = await uploaded(admin, 'kept');
    const member = await app.signIn('acme', 'member');
    const reader = await admin.withToken({ scopes: ['read'] });
    for (const client of [member, reader]) {
      for (const query of ['', '?forget=true']) {
        expect((await client.delete(`${DOCUMENTS}/${id}${query}`)).status).toBe(403);
      }
    }
    expect((await admin.get(`${DOCUMENTS}/${id}`)).status).toBe(200);
  });

  it('forgets only for those who may administrate', async () => {
    const { id } = await uploaded(admin, 'forgotten');
    const writer = await admin.withToken({ scopes: ['write'] });
    expect((await writer.delete(`${DOCUMENTS}/${id}?forget=true`)).status).toBe(403);
    expect((await admin.delete(`${DOCUMENTS}/${id}?forget=maybe`)).status).toBe(400);
    expect((await admin.delete(`${DOCUMENTS}/${id}?forget=true`)).status).toBe(204);
    expect((await admin.get(`${DOCUMENTS}/${id}`)).status).toBe(404);
    expect(await auditOf(id)).toEqual(['document.created', 'document.forgotten']);
  });
});

async function auditOf(id: string): Promise<string[]> {
  const { AuditTrail } = await import('../../src/core/ports/index.js');
  const { items } = await app.get(AuditTrail).list(admin.organizationId, 'storage.document', id, { limit: 50 });
  return items.map(({ action }) => action).reverse();
}
