import { randomBytes, randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Scope } from '../../src/core/access/index.js';
import {
  EncryptedData,
  INSTANCE,
  keyIdOf,
  kindOf,
  KeyRing,
  type EncryptedColumn,
  type EncryptedRow,
} from '../../src/core/crypto/index.js';
import type { Connector } from '../../src/foundation/connectors/index.js';
import { ConnectorTokenStore, tokenKey } from '../../src/foundation/connectors/oauth/connector-token.store.js';
import { OAuthStateStore } from '../../src/foundation/connectors/oauth/oauth-state.store.js';
import { TransactionRunner } from '../../src/persistence/index.js';
import { activeConnector } from '../support/active-connector.js';
import { startTestApp, type TestApp, type TestAppOptions } from '../support/app.js';
import type { Answer, TestClient } from '../support/client.js';
import { until } from '../support/delivery.js';
import { ScriptedSenders } from '../support/scripted-senders.js';

export const FILE_TEXT = 'certificate of the config document';

/** What one organization keeps in every encrypted place. */
export interface Secrets {
  readonly client: TestClient;
  readonly connectorId: string;
  readonly fileId: string;
}

/** A stored ciphertext with what it belongs to. */
export interface Cipher {
  readonly kind: string;
  readonly column: EncryptedColumn;
  readonly owner: string;
  readonly row: EncryptedRow;
  readonly bytes: Buffer;
}

export function startKeyApp(options: TestAppOptions = {}): Promise<TestApp> {
  return startTestApp({ imports: [ScriptedSenders], ...options });
}

/** Fills every registered column, and a file, for one organization. */
export async function fillSecrets(app: TestApp, name: string): Promise<Secrets> {
  const client = await app.signIn(name);
  await activeConnector(client, 'email', `mail of ${name}`);
  await activeConnector(client, 'messaging', `chat of ${name}`);
  const { id: legacyId } = await client.createConnector({ config: { region: name, nested: { secret_key: name } } });
  const fileId = await uploadConfig(client);
  accepted(await client.post('/api/email/messages', { to: ['ada@example.com'], subject: name, text: 'Hello' }));
  accepted(await client.post('/api/messaging/messages', { to: '#general', text: `Hello ${name}` }));
  const { id: connectorId } = await client.createConnector({
    param_ids: Array.from({ length: 5 }, (_, index) => ({ key: `key_${index}`, value: `${name} ${index}` })),
  });
  accepted(
    await client.post('/api/connectors', draft(`${name} once`), { headers: { 'idempotency-key': randomUUID() } }),
  );
  await fillTokens(app, client, legacyId as string);
  return { client, connectorId: connectorId as string, fileId };
}

async function fillTokens(app: TestApp, client: TestClient, connectorId: string): Promise<void> {
  const connector = { id: connectorId, organizationId: client.organizationId, configVersion: 1 } as Connector;
  const tokens = app.get(ConnectorTokenStore);
  const key = tokenKey(connector, 'refresh');
  const issued = { accessToken: `access of ${connectorId}`, expiresIn: 3600, scopes: null, refreshToken: null };
  const sealed = await tokens.seal(key, issued);
  await app.get(TransactionRunner).run((tx) => tokens.keepGranted(tx, key, { ...sealed, configVersion: 1 }));
  const system = Scope.system();
  const scope = new Scope({ ...system, actor: { ...system.actor, userId: client.identity.userId } });
  const state = {
    connector: { ...connector, providerType: 's3_compatible' } as Connector,
    nonce: randomBytes(32).toString('base64url'),
    redirectUri: 'http://localhost/',
    codeVerifier: `verifier of ${connectorId}`,
  };
  await app.get(OAuthStateStore).issue(scope, state, async () => undefined);
}

export function draft(name: string): object {
  return { name, category: 'storage', provider_type: 's3_compatible' };
}

async function uploadConfig(client: TestClient): Promise<string> {
  const answer = await client
    .raw('post', '/api/storage/documents')
    .field('purpose', 'config')
    .attach('file', Buffer.from(FILE_TEXT), { filename: 'ca.pem', contentType: 'text/plain' });
  accepted(answer);
  return (answer.body as { id: string }).id;
}

function accepted(answer: Answer): void {
  if (answer.status > 299) throw new Error(`Answered ${answer.status}: ${answer.text}`);
}

/** Every stored ciphertext of every registered column. */
export async function readCiphers(app: TestApp): Promise<Cipher[]> {
  const ciphers: Cipher[] = [];
  for (const column of app.get(EncryptedData).columns) {
    const rows = await app
      .get(DataSource)
      .query<EncryptedRow[]>(`SELECT * FROM ${column.table} WHERE ${column.column} IS NOT NULL`);
    for (const row of rows) {
      const owner = column.owner === 'instance' ? INSTANCE : String(row['organization_id']);
      ciphers.push({ kind: kindOf(column), column, owner, row, bytes: row[column.column] as Buffer });
    }
  }
  return ciphers;
}

export function decrypt(app: TestApp, { owner, column, row }: Cipher, bytes: Buffer): Promise<string> {
  return app.get(KeyRing).decrypt(owner, column.context(row), bytes);
}

/** What stands in every place, by its place. */
export async function readPlaintexts(app: TestApp): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const cipher of await readCiphers(app)) {
    const place = cipher.column.key.map((name) => textOf(cipher.row[name])).join('/');
    found.set(`${cipher.kind} ${place}`, await decrypt(app, cipher, cipher.bytes));
  }
  return found;
}

export async function keyIdsInUse(app: TestApp): Promise<Set<string | null>> {
  return new Set((await readCiphers(app)).map(({ bytes }) => keyIdOf(bytes)));
}

function textOf(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString('hex') : String(value);
}

/** Asks for a rotation. @returns its id. */
export async function requestRotation(admin: TestClient, body: object): Promise<string> {
  const answer = await admin.post('/api/keys/rotations', body);
  if (answer.status !== 202) throw new Error(`Not accepted: ${answer.status} ${answer.text}`);
  return (answer.body as { id: string }).id;
}

/** Waits until a rotation is completed. @returns the rotation. */
export async function completedRotation(admin: TestClient, id: string): Promise<Answer['body']> {
  const read = async (): Promise<Answer['body']> => (await admin.get(`/api/keys/rotations/${id}`)).body;
  return until(read, (rotation: { status?: string }) => rotation.status === 'completed');
}
