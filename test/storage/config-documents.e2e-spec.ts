import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { FileStore } from '../../src/core/ports/index.js';
import { LocalStorageBackend } from '../../src/foundation/storage/local/local-storage.backend.js';
import { TransactionRunner } from '../../src/persistence/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import {
  DOCUMENTS,
  download,
  namesSeenBy,
  routeToMemory,
  rowsOf,
  upload,
  uploaded,
  someoneWaits,
  until,
} from './documents.js';
import { MemoryStorageModule, MemoryStorageProvider } from './memory-storage.js';

const MEBIBYTE = 1024 ** 2;
const CONFIG = { fields: { purpose: 'config' } };

let app: TestApp;
let memory: MemoryStorageProvider;
let admin: TestClient;
let organizations = 0;
beforeAll(async () => {
  app = await startTestApp({ imports: [MemoryStorageModule] });
  memory = app.get(MemoryStorageProvider);
});
beforeEach(async () => {
  admin = await app.signIn(`Organization ${(organizations += 1)}`);
});
afterEach(() => {
  memory.faults = {};
  memory.objects.clear();
  memory.seen.length = 0;
});
afterAll(() => app.close());

/** Everything below the data directory, as one text. */
async function diskText(): Promise<string> {
  const entries = await readdir(app.settings.dataDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const contents = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'latin1')));
  return contents.join('\n');
}

describe('a document for configuration', () => {
  it('is encrypted in the built-in filesystem, whatever the default connector is', async () => {
    await routeToMemory(admin);
    const secret = `very-secret-${randomUUID()}`;
    const document = await uploaded(admin, secret, CONFIG);
    expect(document).toMatchObject({
      connector_id: null,
      size: secret.length,
      sha256: createHash('sha256').update(secret).digest('hex'),
    });
    expect(memory.objects.size).toBe(0);
    expect(await diskText()).not.toContain(secret);
    expect(await app.get(FileStore).readText(admin.organizationId, document.id)).toBe(secret);
  });

  it('is not listed, its hash is kept from everybody, and its content is never answered', async () => {
    const { id } = await uploaded(admin, 'secret', CONFIG);
    expect(await namesSeenBy(admin)).toEqual([]);
    expect((await admin.get(`${DOCUMENTS}/${id}`)).body).toMatchObject({ id, sha256: null });
    expect((await rowsOf(app)).find((row) => row['id'] === id)).toMatchObject({ sha256: null });
    for (const headers of [{}, { range: 'bytes=0-1' }, { range: 'bytes=99-' }]) {
      const answer = await download(admin, id, headers as Record<string, string>);
      expect(answer.body).toMatchObject({ status: 403, code: 'config_document' });
    }
    const head = await admin.head(`${DOCUMENTS}/${id}/content`);
    expect(head.status).toBe(403);
  });

  it('may have 1 MiB and not a byte more', async () => {
    const most = 'ä'.repeat(MEBIBYTE / 2);
    const { id } = await uploaded(admin, most, CONFIG);
    expect(await app.get(FileStore).readText(admin.organizationId, id)).toBe(most);
    const answer = await upload(admin, `${most}x`, CONFIG);
    expect(answer.body).toMatchObject({ status: 422, code: 'config_document_too_large' });
  });

  it('must be UTF-8, and keeps a byte order mark', async () => {
    const before = await rowsOf(app);
    const answer = await upload(admin, Buffer.from([0x61, 0xff, 0xfe]), CONFIG);
    expect(answer.body).toMatchObject({ status: 422, code: 'config_document_not_text' });
    expect(await rowsOf(app)).toEqual(before);
    const { id } = await uploaded(admin, '\ufeff{}', CONFIG);
    expect(await app.get(FileStore).readText(admin.organizationId, id)).toBe('\ufeff{}');
  });

  it('cannot be read when its bytes are swapped with those of another', async () => {
    const [one, other] = [await uploaded(admin, 'one', CONFIG), await uploaded(admin, 'other', CONFIG)];
    const refs = (await rowsOf(app)).filter((row) => [one.id, other.id].includes(row['id']));
    const local = app.get(LocalStorageBackend);
    const { signal } = new AbortController();
    const { body } = await local.get(refs[0]?.['storage_ref'] as string, { signal });
    await local.put(refs[1]?.['storage_ref'] as string, body, { signal, contentType: 'text/plain' });
    await expect(app.get(FileStore).readText(admin.organizationId, refs[1]?.['id'] as string)).rejects.toMatchObject({
      code: 'secret_unreadable',
    });
  });

  it('is of no other organization', async () => {
    const { id } = await uploaded(admin, 'mine', CONFIG);
    expect(await app.get(FileStore).readText(randomUUID(), id)).toBeNull();
    expect(await app.get(FileStore).readText(admin.organizationId, randomUUID())).toBeNull();
    const other = await app.signIn(`Organization ${(organizations += 1)}`);
    const param_ids = [{ key: 'key_file', value_type: 'file', file_id: id }];
    const foreign = { name: 'x', category: 'storage', provider_type: 'memory', param_ids };
    expect((await other.post('/api/connectors', foreign)).status).toBe(404);
  });

  it('keeps a param of another organization out also where the service does not look', async () => {
    const { id } = await uploaded(admin, 'mine', CONFIG);
    const other = await app.signIn(`Organization ${(organizations += 1)}`);
    const { id: connectorId } = await other.createConnector({ provider_type: 'memory' });
    const insert = app.get(TransactionRunner).run((tx) =>
      tx.query(
        `INSERT INTO ir_connector_param (id, organization_id, connector_id, key, file_id, value_type, is_secret, updated_at)
         VALUES ($1, $2, $3, 'key_file', $4, 'file', true, now())`,
        [randomUUID(), other.organizationId, connectorId, id],
      ),
    );
    await expect(insert).rejects.toThrow('ir_connector_param_file_tenant');
  });
});

describe('a sealed server', () => {
  it('takes no document for configuration, but still others', async () => {
    const database = await createTestDatabase();
    const before = await startTestApp({ database });
    const { email, password } = (await before.signIn('acme')).identity;
    await before.close();
    const sealed = await startTestApp({ database });
    try {
      const client = sealed.anonymous();
      await client.logIn(email, password);
      expect((await upload(client, 'secret', CONFIG)).body).toMatchObject({ status: 503, code: 'sealed' });
      expect(await rowsOf(sealed)).toEqual([]);
      expect((await upload(client, 'public')).status).toBe(201);
    } finally {
      await sealed.close();
      await database.drop();
    }
  });
});

describe('a document that a param reads', () => {
  const reader = (fileId: string) => [{ key: 'key_file', value_type: 'file', file_id: fileId }];

  it('is handed to the provider, and its content is answered to nobody from then on', async () => {
    const { id } = await uploaded(admin, '{"key":1}');
    expect((await download(admin, id)).status).toBe(200);
    await routeToMemory(admin, reader(id));
    expect(memory.seen.at(-1)).toMatchObject({ key_file: '{"key":1}' });
    expect((await download(admin, id)).body).toMatchObject({ status: 403, code: 'config_document' });
    expect(await namesSeenBy(admin)).toEqual(['notes.txt']);
  });

  it('leaves the param when it is deleted, and the connector goes back to draft', async () => {
    const { id } = await uploaded(admin, 'key', CONFIG);
    const connectorId = await routeToMemory(admin, reader(id));
    const before = await admin.readConnector(connectorId);
    expect((await admin.delete(`${DOCUMENTS}/${id}`)).status).toBe(204);
    const after = await admin.readConnector(connectorId);
    expect(after).toMatchObject({ status: 'draft', is_enabled: true });
    expect((after.param_ids as object[])[1]).toMatchObject({ key: 'key_file', file_id: null, is_set: false });
    expect(after.version).toBeGreaterThan(before.version as number);
  });

  it('leaves no param alone that got another value meanwhile', async () => {
    const [first, second] = [await uploaded(admin, 'first', CONFIG), await uploaded(admin, 'second', CONFIG)];
    const connectorId = await routeToMemory(admin, reader(first.id as string));
    let deleted: Promise<{ status: number }> | undefined;
    await app.get(TransactionRunner).run(async (tx) => {
      await tx.query('SELECT 1 FROM ir_connector WHERE id = $1 FOR UPDATE', [connectorId]);
      deleted = Promise.resolve(admin.delete(`${DOCUMENTS}/${first.id}`));
      await until(() => someoneWaits(app));
      await tx.query(`UPDATE ir_connector_param SET file_id = $2 WHERE connector_id = $1 AND key = 'key_file'`, [
        connectorId,
        second.id,
      ]);
    });
    expect(await deleted).toMatchObject({ status: 204 });
    const { param_ids } = await admin.readConnector(connectorId);
    expect((param_ids as object[])[1]).toMatchObject({ key: 'key_file', file_id: second.id, is_set: true });
  });

  it('may be large, and stand in many params, without costing the server its memory', async () => {
    const { id } = await uploaded(admin, 'x'.repeat(MEBIBYTE), CONFIG);
    const param_ids = Array.from({ length: 499 }, (_, index) => ({ ...reader(id)[0], key: `file_${index}` }));
    const draft = { category: 'storage', provider_type: 'memory' };
    const tested = await admin.post('/api/connectors/test', { ...draft, param_ids });
    expect(tested.body).toMatchObject({ success: false, message: expect.stringContaining('more than 8 MiB') });
  });

  it('leaves it too when the connector that holds it is forgotten', async () => {
    const holder = await routeToMemory(admin);
    const { id } = await uploaded(admin, 'key');
    const connectorId = await routeToMemory(admin, reader(id));
    expect((await admin.delete(`/api/connectors/${holder}?documents=forget`)).status).toBe(204);
    expect(await admin.readConnector(connectorId)).toMatchObject({ status: 'draft' });
    const { items } = (await admin.get(`/api/connectors/${connectorId}/audit`)).body as { items: object[] };
    expect(items[0]).toMatchObject({
      action: 'connector.updated',
      user_id: admin.identity.userId,
      facts: { removed_document: id },
    });
  });

  it('stays with the param when it cannot be deleted', async () => {
    await routeToMemory(admin);
    const { id } = await uploaded(admin, 'key');
    const connectorId = await routeToMemory(admin, reader(id));
    memory.faults = { delete: 'refuse' };
    expect((await admin.delete(`${DOCUMENTS}/${id}`)).status).toBe(502);
    expect(await admin.readConnector(connectorId)).toMatchObject({ status: 'connected' });
  });

  it('may not be larger than 1 MiB, nor anything but UTF-8', async () => {
    for (const content of [randomBytes(2 * MEBIBYTE), Buffer.from([0xff])]) {
      const { id } = await uploaded(admin, content);
      await expect(app.get(FileStore).readText(admin.organizationId, id)).rejects.toMatchObject({
        code: 'connector_config_invalid',
      });
    }
  });

  it('stored on the very connector that needs it is an error, not an endless loop', async () => {
    const connectorId = await routeToMemory(admin);
    const { id } = await uploaded(admin, 'key to itself');
    await admin.patch(`/api/connectors/${connectorId}`, { param_ids: reader(id) });
    const test = await admin.post(`/api/connectors/${connectorId}/test`, {});
    expect(test.body).toMatchObject({ success: false });
    expect((await upload(admin, 'a')).body).toMatchObject({ status: 502, code: 'connection_failed' });
  });
});

describe('a reference and a delete at the same time', () => {
  it('end with a reference to a document that exists, or with none', async () => {
    const rounds = 12;
    const connectorId = (await admin.createConnector({ provider_type: 'memory' })).id as string;
    for (let round = 0; round < rounds; round++) {
      const { id } = await uploaded(admin, `key ${round}`, CONFIG);
      const param_ids = [{ key: 'key_file', value_type: 'file', file_id: id }];
      const [patched, deleted] = await Promise.all([
        admin.patch(`/api/connectors/${connectorId}`, { param_ids }),
        admin.delete(`${DOCUMENTS}/${id}`),
      ]);
      expect([200, 404]).toContain(patched.status);
      expect(deleted.status).toBe(204);
      const dangling: object[] = await app
        .get(DataSource)
        .query(`SELECT 1 FROM ir_connector_param WHERE connector_id = $1 AND file_id IS NOT NULL`, [connectorId]);
      expect(dangling).toEqual([]);
    }
  });

  it('keeps the document as long as the reference is not committed', async () => {
    const { id } = await uploaded(admin, 'key', CONFIG);
    const stateOf = async () => (await rowsOf(app)).find((row) => row['id'] === id)?.['state'];
    const deletes: Promise<{ status: number }>[] = [];

    await app.get(TransactionRunner).run(async (tx) => {
      expect(await app.get(FileStore).lock(tx, admin.organizationId, id)).toEqual({
        isConfigReference: false,
        ownerId: admin.identity.userId,
      });
      deletes.push(admin.delete(`${DOCUMENTS}/${id}`));
      await until(async () => (await someoneWaits(app)) || (await stateOf()) !== 'stored');
      expect(await stateOf()).toBe('stored');
    });
    expect(await Promise.all(deletes)).toMatchObject([{ status: 204 }]);
    await app.get(TransactionRunner).run(async (tx) => {
      expect(await app.get(FileStore).lock(tx, admin.organizationId, id)).toBeNull();
    });
  });
});
