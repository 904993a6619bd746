import { describe, expect, it } from '@jest/globals';
import { previewRows } from './import-rows';
import { readImport } from './import-text';

describe('the text of an import', () => {
  it('is a JSON object, with or without a byte order mark', () => {
    expect(readImport('\uFEFF{"a":1}')).toEqual({ a: 1 });
  });

  it.each(['', '{', '[]', '"text"', 'null'])('is refused as %j without quoting it', (text) => {
    expect(() => readImport(text)).toThrow(/JSON/);
  });

  it('is refused above 2 MiB', () => {
    expect(() => readImport(JSON.stringify({ a: 'x'.repeat(2 * 1024 * 1024) }))).toThrow(/larger than 2 MiB/);
  });
});

describe('the preview of an import', () => {
  const param = (key: string, given: object) => ({
    id: null,
    key,
    value_type: 'text' as const,
    file_id: null,
    sequence: 10,
    is_secret: false,
    is_set: true,
    updated_at: null,
    ...given,
  });

  it('tells what is set, replaced, removed and skipped, without secrets', () => {
    const after = [param('client_id', { value: 'new' }), param('client_secret', { is_secret: true })];
    const outcome = {
      success: true,
      imported: ['client_id', 'client_secret'],
      removed: ['old'],
      skipped: ['none'],
      param_ids: after,
    };
    const stored = { param_ids: [param('client_id', { value: 'before' }), param('old', { value: 'x' })] };
    expect(previewRows(outcome, stored, [])).toEqual([
      { key: 'client_id', label: null, kind: 'replaced', text: 'new' },
      { key: 'client_secret', label: null, kind: 'set', text: null },
      { key: 'old', label: null, kind: 'removed', text: '' },
      { key: 'none', label: null, kind: 'skipped', text: '' },
    ]);
  });
});
