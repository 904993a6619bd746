import { describe, expect, it } from '@jest/globals';
import { ApiError, ServerAwayError } from './problem';
import { DraftKey } from './draft-key';

const refusal = (status: number, code: string) =>
  new ApiError({ type: 'about:blank', title: code, status, detail: code, code, instance: 'x' }, null);

describe('the key of a connector that is being created', () => {
  it('stays while the same content is sent, and changes with it', () => {
    const draft = new DraftKey();
    const first = draft.keyOf('a');
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(draft.keyOf('a')).toBe(first);
    expect(draft.keyOf('b')).not.toBe(first);
  });

  it.each([
    ['a lost answer', new ServerAwayError(), true],
    ['a failure of the server', refusal(503, 'database_unavailable'), true],
    ['a first try that still runs', refusal(409, 'idempotency_in_flight'), true],
    ['a first try whose answer was lost', refusal(409, 'idempotency_answer_lost'), true],
    ['a refusal', refusal(422, 'invalid_config'), false],
  ])('after %s', (_what, error, isSame) => {
    const draft = new DraftKey();
    const first = draft.keyOf('a');
    draft.failed(error);
    expect(draft.keyOf('a') === first).toBe(isSame);
  });
});
