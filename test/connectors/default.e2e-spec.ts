import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { complete, draft } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';

let app: TestApp;
let admin: TestClient;

beforeAll(async () => {
  app = await startTestApp({ imports: [ScriptedModule] });
  admin = await app.setUp();
});
afterAll(() => app.close());

const create = async (change: object = {}) =>
  (await admin.post('/api/connectors', draft(change))).body as { id: string };
const isDefault = async (id: string) => (await admin.get(`/api/connectors/${id}`)).body.is_default as boolean;
const defaults = async (): Promise<number> =>
  Number((await app.get(DataSource).query('SELECT count(*) AS n FROM ir_connector WHERE is_default'))[0].n);

describe('the default rule', () => {
  it('moves the default to the newest one of the same category and organization, and raises the version of the old one', async () => {
    const first = await create({ is_default: true });
    const second = await create({ is_default: true });
    expect(await isDefault(first.id)).toBe(false);
    expect(await isDefault(second.id)).toBe(true);
    expect((await admin.get(`/api/connectors/${first.id}`)).body.version).toBe(2);
    await admin.put(`/api/connectors/${first.id}`, { is_default: true });
    expect(await isDefault(second.id)).toBe(false);
    expect(await defaults()).toBe(1);
  });

  it('stays within its organization', async () => {
    const mine = await create({ is_default: true });
    const organization = (await admin.post('/api/organizations', { name: 'Globex' })).body;
    const other = await create({ is_default: true, organization_id: organization.id });
    expect(await isDefault(mine.id)).toBe(true);
    expect(await isDefault(other.id)).toBe(true);
    await admin.delete(`/api/connectors/${other.id}`);
  });

  it('is given up by false, and by deletion', async () => {
    const { id } = await create({ is_default: true });
    await admin.put(`/api/connectors/${id}`, { is_default: false });
    expect(await defaults()).toBe(0);
    const next = await create({ is_default: true });
    await admin.delete(`/api/connectors/${next.id}`);
    expect(await defaults()).toBe(0);
  });

  it('routes only when enabled', async () => {
    const { id } = await create({ is_default: true, param_ids: complete() });
    expect((await admin.get(`/api/connectors/${id}`)).body.is_routing).toBe(false);
    await admin.post(`/api/connectors/${id}/test`, {});
    expect((await admin.post(`/api/connectors/${id}/activate`)).body.is_routing).toBe(true);
  });

  it('lets 60 concurrent switches all succeed and ends with one default', async () => {
    const ids = (await Promise.all(Array.from({ length: 6 }, () => create()))).map(({ id }) => id);
    const switches = Array.from({ length: 60 }, (_, index) =>
      admin.put(`/api/connectors/${ids[index % 6]}`, { is_default: true }),
    );
    const creates = Array.from({ length: 10 }, () => admin.post('/api/connectors', draft({ is_default: true })));
    const answers = await Promise.all([...switches, ...creates]);
    expect([...new Set(answers.map(({ status }) => status))].sort()).toEqual([200, 201]);
    expect(await defaults()).toBe(1);
  });

  it('is enforced by the database itself', async () => {
    const a = await create({ is_default: true });
    const b = await create();
    await expect(
      app.get(DataSource).query('UPDATE ir_connector SET is_default = true WHERE id = $1', [b.id]),
    ).rejects.toThrow(/ir_connector_one_default/);
    expect(await isDefault(a.id)).toBe(true);
  });
});
