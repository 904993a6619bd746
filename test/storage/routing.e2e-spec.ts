import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { AuditTrail } from '../../src/core/ports/index.js';
import { OrphanCollector } from '../../src/foundation/storage/documents/orphan-collector.js';
import { TransactionRunner } from '../../src/persistence/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
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

let app: TestApp;
let memory: MemoryStorageProvider;
let organizations = 0;
let admin: TestClient;
let connectorId: string;
beforeAll(async () => {
  app = await startTestApp({ imports: [MemoryStorageModule] });
  memory = app.get(MemoryStorageProvider);
});
beforeEach(async () => {
  admin = await app.signIn(`Organization ${(organizations += 1)}`);
  connectorId = await routeToMemory(admin);
});
afterEach(() => {
  memory.faults = {};
  memory.gate = Promise.resolve();
  memory.objects.clear();
  expect(memory.open).toBe(0);
});
afterAll(() => app.close());

const ownRows = async () => (await rowsOf(app)).filter((row) => row['organization_id'] === admin.organizationId);
const auditRows = () =>
  app
    .get(DataSource)
    .query(`SELECT action FROM audit_event WHERE organization_id = $1 AND record_type = 'storage.document'`, [
      admin.organizationId,
    ]);
/** As if nobody had worked on the unfinished rows for an hour. */
const letTimePass = () =>
  app
    .get(DataSource)
    .query(`UPDATE storage_document SET touched_at = now() - interval '1 hour' WHERE state <> 'stored'`);

describe('an active default connector', () => {
  it('gets the uploads, and gives them back whole and in parts', async () => {
    const content = randomBytes(200_000);
    const document = await uploaded(admin, content);
    expect(document.connector_id).toBe(connectorId);
    expect([...memory.objects.values()].map((stored) => stored.equals(content))).toEqual([true]);
    expect(content.equals((await download(admin, document.id)).body as Buffer)).toBe(true);
    const part = await download(admin, document.id, { range: 'bytes=1000-1999' });
    expect(part.status).toBe(206);
    expect(content.subarray(1000, 2000).equals(part.body as Buffer)).toBe(true);
    expect((await admin.delete(`${DOCUMENTS}/${document.id}`)).status).toBe(204);
    expect(memory.objects.size).toBe(0);
  });

  it('stays the place of its documents when it is disabled; new ones go to the built-in filesystem', async () => {
    const before = await uploaded(admin, 'remote');
    await admin.post(`/api/connectors/${connectorId}/deactivate`, {});
    expect((await uploaded(admin, 'local')).connector_id).toBeNull();
    expect(((await download(admin, before.id)).body as Buffer).toString()).toBe('remote');
    expect((await admin.delete(`${DOCUMENTS}/${before.id}`)).status).toBe(204);
    expect(memory.objects.size).toBe(0);
  });

  it('gets the uploads also while its status is draft', async () => {
    await admin.patch(`/api/connectors/${connectorId}`, { param_ids: [{ key: 'space', value: 'two' }] });
    expect(await admin.readConnector(connectorId)).toMatchObject({ status: 'draft', is_routing: true });
    expect((await uploaded(admin, 'a')).connector_id).toBe(connectorId);
  });

  it('of another organization is of no meaning', async () => {
    const other = await app.signIn(`Organization ${(organizations += 1)}`);
    expect((await uploaded(other, 'a')).connector_id).toBeNull();
  });
});

describe('a connector that fails', () => {
  it.each(['refuse', 'cut', 'crash', 'lose answer'] as const)(
    'while it stores (%s) answers 502, and nothing is stored anywhere',
    async (put) => {
      memory.faults = { put };
      const answer = await upload(admin, randomBytes(500_000));
      expect(answer.body).toMatchObject({ status: 502, code: 'connection_failed' });
      expect(answer.text).not.toContain('hunter2');
      expect(await ownRows()).toEqual([]);
      expect(memory.objects.size).toBe(0);
      expect(await namesSeenBy(admin)).toEqual([]);
      expect(await auditRows()).toEqual([]);
    },
  );

  it('while it reads answers 502 before the first byte', async () => {
    const { id } = await uploaded(admin, 'a');
    for (const get of ['refuse', 'crash'] as const) {
      memory.faults = { get };
      const answer = await download(admin, id);
      expect(answer.body).toMatchObject({ status: 502, code: 'connection_failed' });
      expect(answer.headers['content-disposition']).toBeUndefined();
    }
    memory.faults = {};
    memory.objects.clear();
    expect((await download(admin, id)).body).toMatchObject({ status: 502, code: 'remote_missing' });
  });

  it.each(['short', 'long'] as const)('by giving too %s a content never passes for whole', async (get) => {
    const { id } = await uploaded(admin, randomBytes(400_000));
    memory.faults = { get };
    const headers = { cookie: admin.sessionCookie ?? '' };
    const answer = await fetch(`${app.url}${DOCUMENTS}/${id}/content`, { headers });
    expect(answer.headers.get('content-length')).toBe('400000');
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });

  it('while it deletes answers 502, keeps the document, and says so in the audit', async () => {
    const { id } = await uploaded(admin, 'kept');
    memory.faults = { delete: 'refuse' };
    expect((await admin.delete(`${DOCUMENTS}/${id}`)).body).toMatchObject({ status: 502, code: 'connection_failed' });
    memory.faults = {};
    expect(((await download(admin, id)).body as Buffer).toString()).toBe('kept');
    const { items } = await app.get(AuditTrail).list(admin.organizationId, 'storage.document', id, { limit: 9 });
    expect(items.map(({ action }) => action)).toEqual([
      'document.delete_failed',
      'document.delete_requested',
      'document.created',
    ]);
    expect((await admin.delete(`${DOCUMENTS}/${id}`)).status).toBe(204);
  });

  it('does not keep its documents from being forgotten', async () => {
    const { id } = await uploaded(admin, 'lost');
    memory.faults = { delete: 'refuse', get: 'refuse' };
    expect((await admin.delete(`${DOCUMENTS}/${id}?forget=true`)).status).toBe(204);
    expect(await ownRows()).toEqual([]);
    expect(memory.objects.size).toBe(1);
  });

  it('because its config is incomplete, or its provider is gone, answers 502', async () => {
    await admin.patch(`/api/connectors/${connectorId}`, { param_ids: [{ key: 'space', clear: true }] });
    expect((await upload(admin, 'a')).body).toMatchObject({ status: 502, code: 'connection_failed' });
    await app.get(DataSource).query(`UPDATE ir_connector SET provider_type = 'gone' WHERE id = $1`, [connectorId]);
    expect((await upload(admin, 'a')).body).toMatchObject({ status: 502, code: 'connection_failed' });
    expect(await ownRows()).toEqual([]);
  });
});

describe('what a failed upload leaves behind', () => {
  it('is no document, and is cleaned up as soon as the connector works again', async () => {
    memory.faults = { put: 'lose answer', delete: 'refuse' };
    expect((await upload(admin, 'a')).status).toBe(502);
    expect(await ownRows()).toMatchObject([{ state: 'deleting', size: null }]);
    expect(memory.objects.size).toBe(1);
    expect(await namesSeenBy(admin)).toEqual([]);
    await letTimePass();
    await app.get(OrphanCollector).collect();
    expect(await ownRows()).toHaveLength(1);
    memory.faults = {};
    await app.get(OrphanCollector).collect();
    expect(await ownRows()).toHaveLength(1);
    await letTimePass();
    await app.get(OrphanCollector).collect();
    expect(await ownRows()).toEqual([]);
    expect(memory.objects.size).toBe(0);
  });

  it('does not keep its connector from being deleted', async () => {
    memory.faults = { put: 'refuse', list: 'refuse' };
    await upload(admin, 'a');
    expect((await admin.get(`/api/connectors/${connectorId}/usages`)).text).not.toContain('documents');
    expect((await admin.delete(`/api/connectors/${connectorId}`)).status).toBe(204);
    expect(await ownRows()).toEqual([]);
  });
});

describe('after a crash', () => {
  const interrupt = (id: string, state: string) =>
    app.get(DataSource).query(
      `UPDATE storage_document SET state = $2::varchar, size = CASE WHEN $2 = 'pending' THEN NULL ELSE size END,
       storage_ref = CASE WHEN $2 = 'pending' THEN NULL ELSE storage_ref END WHERE id = $1`,
      [id, state],
    );

  it.each(['pending', 'deleting'])('a row in state %s is no document, and its bytes are collected', async (state) => {
    const { id } = await uploaded(admin, 'interrupted');
    await interrupt(id, state);
    expect((await admin.get(`${DOCUMENTS}/${id}`)).status).toBe(404);
    expect((await download(admin, id)).status).toBe(404);
    expect(await namesSeenBy(admin)).toEqual([]);
    expect((await admin.delete(`${DOCUMENTS}/${id}`)).status).toBe(404);

    await app.get(OrphanCollector).collect();
    expect(await ownRows()).toHaveLength(1);
    await letTimePass();
    await app.get(OrphanCollector).collect();
    expect(await ownRows()).toEqual([]);
    expect(memory.objects.size).toBe(0);
  });

  it('several processes that collect at once share the work', async () => {
    const documents = await Promise.all([1, 2, 3, 4, 5].map((number) => uploaded(admin, `${number}`)));
    for (const { id } of documents) await interrupt(id, 'deleting');
    await letTimePass();
    const { DocumentStore } = await import('../../src/foundation/storage/documents/document-store.js');
    const { DocumentRemover } = await import('../../src/foundation/storage/documents/document-remover.js');
    const collectors = [1, 2, 3].map(() => new OrphanCollector(app.get(DocumentStore), app.get(DocumentRemover)));
    const counts = await Promise.all(collectors.map((collector) => collector.collect()));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5);
    expect(await ownRows()).toEqual([]);
  });
});

describe('deleting a connector', () => {
  it('is refused while it holds documents, and drops their records when asked', async () => {
    await uploaded(admin, 'one');
    await uploaded(admin, 'two');
    const usages = await admin.get(`/api/connectors/${connectorId}/usages`);
    expect(usages.text).toContain(JSON.stringify({ kind: 'documents', count: 2 }));
    const refused = await admin.delete(`/api/connectors/${connectorId}`);
    expect(refused.body).toMatchObject({
      status: 409,
      code: 'connector_in_use',
      uses: [{ kind: 'documents', count: 2 }],
    });
    expect((await admin.delete(`/api/connectors/${connectorId}?documents=forget`)).status).toBe(204);
    expect(await ownRows()).toEqual([]);
    expect(memory.objects.size).toBe(2);
  });

  it('never loses an upload that was answered with success', async () => {
    const outcomes = await Promise.all([
      ...Array.from({ length: 8 }, () => upload(admin, 'racing').then(({ status }) => status)),
      admin.delete(`/api/connectors/${connectorId}`).then(({ status }) => -status),
    ]);
    const stored = outcomes.filter((status) => status === 201).length;
    expect(await namesSeenBy(admin)).toHaveLength(stored);
    expect(memory.objects.size).toBe(stored);
    expect(outcomes.every((status) => [201, 409, 502, -204, -409].includes(status))).toBe(true);
  });

  it('makes an upload that ends meanwhile wait, and then fail', async () => {
    let openGate = (): void => undefined;
    memory.gate = new Promise((resolve) => (openGate = resolve));
    const headers = { 'idempotency-key': 'late-upload' };
    const answered = upload(admin, 'late', { headers }).then(({ body }) => body as object);
    const stateOf = async () => (await ownRows())[0]?.['state'];
    await until(async () => (await stateOf()) === 'pending');

    await app.get(TransactionRunner).run(async (tx) => {
      await tx.query('SELECT 1 FROM ir_connector WHERE id = $1 FOR UPDATE', [connectorId]);
      openGate();
      await until(async () => (await someoneWaits(app)) || (await stateOf()) === 'stored');
      expect(await stateOf()).toBe('pending');
      await tx.query('DELETE FROM ir_connector WHERE id = $1', [connectorId]);
    });
    expect(await answered).toMatchObject({ status: 409, code: 'upload_abandoned' });
    expect(await ownRows()).toEqual([]);
    expect(memory.objects.size).toBe(0);
    // Its clean-up does not count as something that was carried out.
    expect((await upload(admin, 'late', { headers })).status).toBe(201);
  });
});
