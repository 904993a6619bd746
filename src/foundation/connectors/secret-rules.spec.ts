import { describe, expect, it } from '@jest/globals';
import { field } from '../../core/connectors/index.js';
import { isSecretParam, soundsSecret } from './secret-rules.js';

describe('soundsSecret', () => {
  it.each([
    'client_secret',
    'bot_token',
    'tokens.0',
    'apiKey',
    'apikey',
    'access-keys',
    'smtp.password',
    'private_key_id',
    'secret_note',
    'webhook_url',
    'connectionString',
    'db.dsn',
    'headers.Authorization',
    'auth.username',
    'credentials.1.name',
    'HTTPCookie',
    'sas',
    'passphrase',
    'signature',
  ])('%s is secret', (key) => {
    expect(soundsSecret(key)).toBe(true);
  });

  it.each([
    'client_id',
    'bucket',
    'region',
    'key_name',
    'tokenizer',
    'redirect_uris.0',
    'passenger',
    'author',
    'monkey',
    'webhook_url_label',
  ])('%s is not', (key) => {
    expect(soundsSecret(key)).toBe(false);
  });
});

describe('isSecretParam', () => {
  const schema = [
    field.text('region', 'Region'),
    field.secret('secret_key', 'Secret'),
    field.file('cert', 'Certificate'),
    field.text('key', 'Key'),
  ];
  const text = (key: string, storedIsSecret?: boolean) => ({ key, valueType: 'text' as const, storedIsSecret });

  it('follows the schema for declared keys, whatever they sound like', () => {
    expect(isSecretParam(schema, text('secret_key'))).toBe(true);
    expect(isSecretParam(schema, text('key'))).toBe(false);
    expect(isSecretParam(schema, text('cert'))).toBe(true);
  });

  it('never lowers what is stored for a declared key', () => {
    expect(isSecretParam(schema, text('region', true))).toBe(true);
    expect(isSecretParam(schema, text('secret_key', false))).toBe(true);
  });

  it('takes every file param and every param of an unavailable provider as secret', () => {
    expect(isSecretParam(schema, { key: 'region', valueType: 'file', storedIsSecret: false })).toBe(true);
    expect(isSecretParam(null, text('region', false))).toBe(true);
  });

  it('lets the stored flag decide for undeclared keys, and the words when nothing is stored', () => {
    expect(isSecretParam(schema, text('extra_token'))).toBe(true);
    expect(isSecretParam(schema, text('extra_token', false))).toBe(false);
    expect(isSecretParam(schema, text('extra', true))).toBe(true);
  });
});
