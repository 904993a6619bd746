import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { EncryptedData, kindOf } from '../../src/core/crypto/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { projectFiles, read } from './source-tree.js';

/** Columns of bytes that hold no ciphertext of the key ring, each with what they do hold. */
const NOT_ENCRYPTED: Readonly<Record<string, string>> = {
  'audit_chain.base_hash': 'hash',
  'audit_chain.base_mac': 'code',
  'audit_chain.hash': 'hash',
  'audit_chain.mac': 'code',
  'audit_event.hash': 'hash',
  'audit_event.mac': 'code',
  'audit_event.prev_hash': 'hash',
  'auth_denial_note.key': 'hash',
  'auth_ended_credential.token_hash': 'hash',
  'auth_login_limit.key': 'hash',
  'auth_session.token_hash': 'hash',
  'auth_setup_token.token_hash': 'hash',
  'auth_token.token_hash': 'hash',
  'base_data_key.master_key_id': 'name of a key',
  'base_data_key.wrapped_key': 'wrapped by the master key: its rotation is the other kind',
  'base_key_check.check_value': 'proof of a master key',
  'base_key_check.master_key_id': 'name of a key',
  'base_key_rotation.target_check': 'proof of a master key',
  'base_key_rotation.target_key_id': 'name of a key',
  'ir_connector_oauth_state.nonce_hash': 'hash',
  'web_idempotency_key.body_mac': 'code',
  'web_idempotency_key.request_hash': 'hash',
};

/** Where the key ring encrypts, and what of it is registered. */
const ENCRYPTING: Readonly<Record<string, readonly string[]>> = {
  'src/core/delivery/content-seal.ts': [
    'email_message.body',
    'email_message.envelope',
    'messaging_message.body',
    'messaging_message.envelope',
  ],
  'src/foundation/auth/idempotency/answer-seal.ts': ['web_idempotency_key.answer'],
  'src/foundation/base/keys/rotation/column-walker.ts': [],
  'src/foundation/connectors/oauth/connector-token.store.ts': ['ir_connector_token.access_token'],
  'src/foundation/connectors/oauth/oauth-state.store.ts': ['ir_connector_oauth_state.code_verifier'],
  'src/foundation/connectors/param-vault.ts': ['ir_connector_param.value', 'ir_connector.config'],
  'src/foundation/storage/documents/config-vault.ts': ['storage_document files'],
};

describe('everything encrypted', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const registered = () => {
    const { columns, files } = app.get(EncryptedData);
    return [...columns.map(kindOf), ...files.map(({ kind }) => kind)].sort();
  };

  it('is registered for rotation: every column of bytes is, or is known to hold something else', async () => {
    const columns = await app.get(DataSource).query<{ kind: string }[]>(
      `SELECT table_name || '.' || column_name AS kind FROM information_schema.columns
       WHERE table_schema = 'public' AND data_type = 'bytea'`,
    );
    const kinds = columns.map(({ kind }) => kind);
    expect(kinds.filter((kind) => !registered().includes(kind)).sort()).toEqual(Object.keys(NOT_ENCRYPTED).sort());
    for (const { table, column } of app.get(EncryptedData).columns) expect(kinds).toContain(`${table}.${column}`);
  });

  it('is registered for rotation: every use of the key ring is', () => {
    const users = projectFiles()
      .filter((path) => /^src\/.*(?<!\.spec)\.ts$/.test(path))
      .filter((path) => /\bkeys\.encrypt\(|\bkeyRing\.encrypt\(|\bring\.encrypt\(/.test(read(path)));
    expect(users.sort()).toEqual(Object.keys(ENCRYPTING).sort());
    expect(Object.values(ENCRYPTING).flat().sort()).toEqual(registered());
  });

  it('has its columns of the key in the index by which a rotation walks', async () => {
    for (const { table, key, owner } of app.get(EncryptedData).columns) {
      const [row] = await app.get(DataSource).query<{ count: number }[]>(
        `SELECT count(*)::integer AS count FROM pg_indexes WHERE tablename = $1
         AND indexdef LIKE '%(' || $2 || '%'`,
        [table, owner === 'organization' ? `organization_id, ${key[0] ?? ''}` : (key[0] ?? '')],
      );
      // Consents under way are few and short-lived.
      if (table !== 'ir_connector_oauth_state') expect([table, row?.count]).toEqual([table, 1]);
    }
  });
});
