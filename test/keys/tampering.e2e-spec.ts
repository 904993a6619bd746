import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { SecretUnreadableError } from '../../src/core/crypto/index.js';
import { FileStore } from '../../src/core/ports/index.js';
import type { TestApp } from '../support/app.js';
import { ScriptedModule } from '../support/scripted-provider.js';
import { ScriptedSenders } from '../support/scripted-senders.js';
import {
  decrypt,
  fillSecrets,
  FILE_TEXT,
  readCiphers,
  startKeyApp,
  type Cipher,
  type Secrets,
} from './secret-world.js';

jest.setTimeout(60_000);

let app: TestApp;
let acme: Secrets;
let globex: Secrets;
let ciphers: Cipher[];
beforeAll(async () => {
  app = await startKeyApp({ imports: [ScriptedSenders, ScriptedModule] });
  [acme, globex] = [await fillSecrets(app, 'Acme'), await fillSecrets(app, 'Globex')];
  ciphers = await readCiphers(app);
});
afterAll(() => app.close());

const isRead = (cipher: Cipher, bytes: Buffer): Promise<boolean> =>
  decrypt(app, cipher, bytes).then(
    () => true,
    (error: unknown) => {
      if (error instanceof SecretUnreadableError) return false;
      throw error;
    },
  );

it('a ciphertext of one place opens at no other place of the database', async () => {
  const opened: string[] = [];
  let tried = 0;
  for (const place of ciphers) {
    for (const other of ciphers) {
      if (other === place) continue;
      tried += 1;
      if (await isRead(place, other.bytes)) opened.push(`${other.kind} at ${place.kind}`);
    }
  }
  expect(opened).toEqual([]);
  expect(tried).toBeGreaterThan(500);
  for (const place of ciphers) expect(await isRead(place, place.bytes)).toBe(true);
});

it('one flipped bit makes a ciphertext unreadable, whatever its place', async () => {
  const opened: string[] = [];
  for (const kind of new Set(ciphers.map((cipher) => cipher.kind))) {
    const cipher = ciphers.find((candidate) => candidate.kind === kind)!;
    for (let bit = 0; bit < cipher.bytes.length * 8; bit += 1) {
      const bytes = Buffer.from(cipher.bytes);
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      if (await isRead(cipher, bytes)) opened.push(`${kind}, bit ${bit}`);
    }
  }
  expect(opened).toEqual([]);
});

it('a file of a config document opens in no other document, and not when a bit of it is another', async () => {
  const root = join(app.settings.dataDir, 'storage');
  const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.bin'));
  const [one, other] = names.map((name) => join(root, name));
  if (one === undefined || other === undefined) throw new Error('two files are needed');
  const [first, second] = [await readFile(one), await readFile(other)];
  const read = ({ client, fileId }: Secrets) => app.get(FileStore).readText(client.organizationId, fileId);
  expect([await read(acme), await read(globex)]).toEqual([FILE_TEXT, FILE_TEXT]);
  await Promise.all([writeFile(one, second), writeFile(other, first)]);
  for (const secrets of [acme, globex]) await expect(read(secrets)).rejects.toThrow(SecretUnreadableError);
  const flipped = Buffer.from(first);
  flipped.writeUInt8(flipped.readUInt8(30) ^ 1, 30);
  await Promise.all([writeFile(one, flipped), writeFile(other, second)]);
  expect(
    await Promise.all([acme, globex].map((secrets) => read(secrets).catch((error: unknown) => (error as Error).name))),
  ).toEqual(expect.arrayContaining([FILE_TEXT, 'SecretUnreadableError']));
  await writeFile(one, first);
});

describe('a connector whose stored secret was swapped with another', () => {
  const create = async () => {
    const { id } = await acme.client.createConnector({
      provider_type: 'scripted',
      param_ids: [
        { key: 'endpoint', value: 'https://example.com' },
        { key: 'secret_key', value: `key ${Math.random()}` },
      ],
    });
    return id as string;
  };

  it('goes to `error` with `secret_unreadable`, is not used, and comes back when the secret is entered again', async () => {
    const [one, other] = [await create(), await create()];
    const sql = app.get(DataSource);
    await sql.query(
      `UPDATE ir_connector_param p SET value = q.value FROM ir_connector_param q
       WHERE p.key = 'secret_key' AND q.key = 'secret_key'
         AND (p.connector_id, q.connector_id) IN (($1, $2), ($2, $1))`,
      [one, other],
    );
    for (const id of [one, other]) {
      const test = await acme.client.post(`/api/connectors/${id}/test`);
      expect(test.body).toMatchObject({ success: false });
      const record = await acme.client.readConnector(id);
      expect(record).toMatchObject({ status: 'error', status_message: expect.stringContaining('secret_unreadable') });
      expect((await acme.client.post(`/api/connectors/${id}/activate`)).status).toBe(409);
      await expect(app.configOf(id)).rejects.toThrow(SecretUnreadableError);
    }
    await acme.client.patch(`/api/connectors/${one}`, { param_ids: [{ key: 'secret_key', value: 'entered again' }] });
    expect((await acme.client.post(`/api/connectors/${one}/test`)).body).toMatchObject({ success: true });
  });
});
