import { describe, expect, it } from '@jest/globals';
import { hashOf, NO_HASH, type PlacedContent } from './chain-link.js';

const row: PlacedContent = {
  id: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b25',
  chain: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b10',
  chainSeq: 7,
  at: new Date('2026-11-24T09:30:00.000Z'),
  actorKind: 'user',
  actorUserId: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b01',
  actorSessionId: null,
  actorTokenId: null,
  address: '127.0.0.1',
  requestId: 'r-1',
  action: 'connector.updated',
  result: 'success',
  recordType: 'ir.connector',
  recordId: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b20',
  changedKeys: ['a', 'b'],
  facts: { count: 2, ok: true },
};
const hash = (change: Partial<PlacedContent>, previous = NO_HASH) =>
  hashOf(previous, { ...row, ...change }).toString('hex');

describe('the hash of a row', () => {
  it('does not depend on the order in which the database gives facts back', () => {
    expect(hash({ facts: { ok: true, count: 2 } })).toBe(hash({}));
  });

  it.each<Partial<PlacedContent>>([
    { id: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b26' },
    { chain: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b11' },
    { chainSeq: 8 },
    { at: new Date('2026-11-24T09:30:00.001Z') },
    { actorKind: 'system' },
    { actorUserId: null },
    { actorSessionId: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b01', actorUserId: null },
    { actorTokenId: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b01', actorUserId: null },
    { address: null },
    { address: 'r-1', requestId: '127.0.0.1' },
    { requestId: null },
    { action: 'connector.deleted' },
    { result: 'denied' },
    { recordType: null },
    { recordId: null },
    { changedKeys: ['b', 'a'] },
    { changedKeys: ['a","b'] },
    { changedKeys: ['a'] },
    { facts: { count: '2', ok: true } },
    { facts: { count: 2 } },
    { facts: {} },
  ])('is another one for %j', (change) => {
    expect(hash(change)).not.toBe(hash({}));
  });

  it('is another one after another row', () => {
    expect(hash({}, Buffer.alloc(32, 1))).not.toBe(hash({}));
  });
});
