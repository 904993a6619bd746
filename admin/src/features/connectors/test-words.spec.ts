import { describe, expect, it } from '@jest/globals';
import type { ConfigField, TestResult } from '../../api/connectors';
import { ApiError } from '../../api/problem';
import { announcement, draftIssues, firstRed, headline, nextStep } from './test-words';

function result(change: Partial<TestResult['details']> = {}): TestResult {
  const details = { outcome: 'ok' as const, latency_ms: 12, steps: [], ...change };
  const success = details.outcome === 'ok' || details.outcome === 'degraded';
  return { success, message: 'Said', details, status: 'draft', last_tested_at: null };
}
const refused = result({
  outcome: 'failed',
  steps: [
    { name: 'connect', ok: true, ms: 3 },
    { name: 'auth', ok: false, ms: 5, hint: 'Check the secret' },
    { name: 'access', ok: false, ms: 0, hint: 'Later' },
  ],
});

describe('the words of a test', () => {
  it('point at the first red step, with its hint', () => {
    expect(firstRed(refused)?.name).toBe('auth');
    expect(headline(refused)).toBe('Failed at: Sign-in');
    expect(announcement(refused)).toBe('Test finished. Failed at: Sign-in. Said. Check the secret');
  });

  it('tell each outcome apart', () => {
    const outcomes = ['ok', 'degraded', 'failed', 'not_testable'] as const;
    expect(new Set(outcomes.map((outcome) => headline(result({ outcome })))).size).toBe(4);
  });

  it('say what is left to do', () => {
    expect(nextStep(result(), false)).toBeNull();
    expect(nextStep(result(), true)).toContain('Save');
    expect(nextStep(result({ stale: true }), false)).toContain('Test again');
    expect(nextStep(refused, true)).toBeNull();
  });
});

describe('the issues of a draft', () => {
  const schema = [{ key: 'secret_key', label: 'Secret access key' }] as ConfigField[];
  const entries = [{ key: 'endpoint' }, { key: 'secret_key' }];
  const refusal = (pointer: string, code = 'invalid_param', message = 'must be sent again') =>
    new ApiError(
      {
        type: 'urn:x',
        title: 'Refused',
        status: 422,
        detail: 'Refused',
        instance: 'id',
        code: 'invalid_param',
        errors: [{ pointer, code, message }],
      },
      null,
    );

  it.each([
    ['/param_ids/1/value', 'Secret access key must be sent again'],
    ['/param_ids/0/value', 'endpoint must be sent again'],
    ['/param_ids/9/value', 'Value must be sent again'],
    ['', 'must be sent again'],
  ])('name the field of %s', (pointer, line) => {
    expect(draftIssues(refusal(pointer), entries, schema)).toEqual([line]);
  });

  it('name a secret once that must be typed again', () => {
    const message = 'secret_key was entered for another target and must be sent again';
    expect(draftIssues(refusal('/param_ids/1/value', 'secret_required', message), entries, schema)).toEqual([
      'Secret access key: Type it again: the address that it was entered for changes',
    ]);
  });

  it('are none of any other failure', () => {
    expect(draftIssues(new Error('x'), entries, schema)).toEqual([]);
  });
});
