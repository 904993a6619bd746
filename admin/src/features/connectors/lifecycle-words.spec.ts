import { describe, expect, it } from '@jest/globals';
import type { Category } from '../../api/connector-categories';
import { routingSentence, whyNotActive } from './lifecycle-words';
import { isForgettable, usageSentence } from './usage-words';

const state = (change: object = {}) => ({
  status: 'connected' as const,
  is_enabled: false,
  is_default: false,
  is_routing: false,
  ...change,
});
const storage = {
  display_name: 'Storage',
  built_in: { name: 'Local filesystem', description: '', available: true },
} as Category;

describe('activating', () => {
  it('is possible once connected, and deactivating always', () => {
    expect(whyNotActive(state(), true)).toBeNull();
    expect(whyNotActive(state({ is_enabled: true, status: 'error' }), true)).toBeNull();
  });

  it('says why it is not', () => {
    expect(whyNotActive(state({ status: 'draft' }), true)).toContain('Test it first');
    expect(whyNotActive(state({ status: 'error' }), true)).toContain('test failed');
    expect(whyNotActive(state(), false)).toContain('administrator');
  });
});

describe('what a connector is used for', () => {
  it.each([
    [{ is_enabled: true, is_default: true, is_routing: true }, 'In use: Storage'],
    [{ is_enabled: true, is_default: true, is_routing: true, status: 'error' }, 'did not pass'],
    [{ is_default: true }, 'Local filesystem is used'],
    [{ is_enabled: true }, 'not the default for Storage'],
    [{}, 'Not in use'],
  ])('of %o', (change, expected) => {
    expect(routingSentence(state(change), storage)).toContain(expected);
  });

  it('names no built-in adapter that is not set up', () => {
    const email = { ...storage, built_in: { name: 'Built-in SMTP', description: '', available: false } };
    expect(routingSentence(state({ is_default: true }), email)).not.toContain('SMTP');
  });
});

describe('uses', () => {
  it('are said in words, also those of an unknown module', () => {
    expect(usageSentence({ kind: 'documents', count: 1 })).toBe('1 document lies there');
    expect(usageSentence({ kind: 'documents', count: 12 })).toBe('12 documents lie there');
    expect(usageSentence({ kind: 'fax_jobs', count: 2 })).toBe('2 × fax jobs');
  });

  it('can be forgotten when they are documents only', () => {
    const documents = { kind: 'documents', count: 3 };
    expect(isForgettable([documents])).toBe(true);
    expect(isForgettable([documents, { kind: 'email_messages', count: 1 }])).toBe(false);
    expect(isForgettable([])).toBe(false);
  });
});
