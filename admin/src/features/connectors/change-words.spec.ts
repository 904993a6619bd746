import { describe, expect, it } from '@jest/globals';
import type { ConnectorChange } from '../../api/connector-history';
import { actionName, actorName, factLines } from './change-words';

const change = (who: Partial<ConnectorChange>): ConnectorChange => ({
  id: '1',
  at: '2026-11-24T09:30:00.000Z',
  action: 'connector.updated',
  user_id: 'u',
  user_name: null,
  user_email: null,
  address: null,
  request_id: null,
  changed_keys: [],
  facts: {},
  ...who,
});

describe('a change of a connector', () => {
  it.each([
    ['connector.updated', 'Changed'],
    ['connector.odd_thing', 'Odd thing'],
    ['fax.sent', 'Fax sent'],
  ])('%s is called %s', (action, expected) => {
    expect(actionName(action)).toBe(expected);
  });

  it('tells the facts that say something', () => {
    expect(factLines({ outcome: 'failed', is_stale: false, latency_ms: 12, reason: null, is_default: true })).toEqual([
      'outcome: failed',
      '12 ms',
      'default',
    ]);
  });

  it('tells who it was', () => {
    expect(actorName(change({ user_name: 'Ada', user_email: 'ada@example.com' }))).toBe('Ada');
    expect(actorName(change({ user_email: 'ada@example.com' }))).toBe('ada@example.com');
    expect(actorName(change({}))).toContain('no longer');
    expect(actorName(change({ user_id: null }))).toBe('The system');
  });
});
