import { describe, expect, it } from '@jest/globals';
import { CONSENT_REASONS } from '../../admin/src/features/connectors/consent-reasons.js';
import { checkFieldValue, isValidKey, type RuledField } from '../../admin/src/features/connectors/form/field-rules.js';
import { soundsSecret } from '../../admin/src/features/connectors/form/secret-words.js';
import { checkFieldValue as serverCheck } from '../../src/core/connectors/field-value.js';
import { isValidKey as serverKey } from '../../src/core/connectors/param-key.js';
import { CONSENT_FAILURES } from '../../src/foundation/connectors/oauth/consent-failure.js';
import { soundsSecret as serverSecret } from '../../src/foundation/connectors/secret-rules.js';

const KEYS = [
  'bucket',
  'api_token',
  'accessKeys',
  'HTTPToken',
  'tokens.0',
  'keyboard',
  'private_notes',
  'webhook_url',
  'url',
  'connection_string',
  'credentials.name',
  'auth_uri',
  'auth',
  'sas',
  'a.passwords.0',
  'passphrase',
  'monkey',
  'x-api-key',
  'my secret',
  'a..b',
  '.a',
  'a.',
  '__proto__',
  'a.constructor',
  'ü',
  'x'.repeat(255),
  'x'.repeat(256),
];

const FIELDS: RuledField[] = [
  { type: 'text', pattern: 'a|b' },
  { type: 'text', pattern: '\\p{L}+', pattern_hint: 'must be letters' },
  { type: 'number', min: 1, max: 10 },
  { type: 'boolean' },
  { type: 'choice', choices: [{ value: 'a', label: 'A' }] },
  { type: 'url' },
  { type: 'json' },
  { type: 'multiline' },
];
const VALUES = [
  'a',
  'b',
  'ab',
  'ä',
  '1',
  '01',
  '1e1',
  ' 1',
  '0',
  '11',
  '1e999',
  'true',
  'TRUE',
  '{}',
  '{',
  'x'.repeat(1025),
  'https://example.com',
  'https://u:p@example.com',
  'https://u@example.com',
  'ftp://x',
  'https://a b',
  'http://[',
  '/x',
];

describe('the form and the server', () => {
  it.each(KEYS)('agree on the key %j', (key) => {
    expect([isValidKey(key), soundsSecret(key)]).toEqual([serverKey(key), serverSecret(key)]);
  });

  it.each(FIELDS)('agree on values of %j', (field) => {
    const { pattern_hint: patternHint, ...rest } = field;
    const ours = VALUES.map((value) => checkFieldValue(field, value));
    const theirs = VALUES.map((value) =>
      serverCheck({ ...rest, patternHint } as Parameters<typeof serverCheck>[0], value),
    );
    expect(ours).toEqual(theirs);
    expect(new Set(ours).size).toBeGreaterThan(field.type === 'multiline' ? 0 : 1);
  });

  it('have a sentence for every way a consent ends', () => {
    const reasons = [...Object.keys(CONSENT_FAILURES), 'state_invalid', 'forbidden'];
    expect(Object.keys(CONSENT_REASONS).sort()).toEqual(reasons.sort());
  });
});
