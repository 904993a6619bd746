import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatState, newNonce, parseState } from './oauth-state.js';

describe('The state parameter', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.uuid(), (connectorId) => {
        const state = { connectorId, nonce: newNonce() };
        expect(parseState(formatState(state))).toEqual(state);
      }),
    );
  });

  it('is one that this server writes, or none', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.anything(),
      fc.tuple(fc.uuid(), fc.string()).map((parts) => parts.join(':')),
    );
    fc.assert(
      fc.property(anything, (given) => {
        const parsed = parseState(given);
        expect(parsed === null || formatState(parsed) === given).toBe(true);
      }),
    );
  });

  it('changed at any place is another one or none', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (connectorId, place, sign) => {
        const state = { connectorId, nonce: newNonce() };
        const text = formatState(state);
        const at = place % text.length;
        fc.pre(text[at] !== sign);
        expect(parseState(text.slice(0, at) + sign + text.slice(at + 1))).not.toEqual(state);
      }),
    );
  });

  it('has a nonce of 32 bytes that never comes again', () => {
    const nonces = Array.from({ length: 100 }, newNonce);
    expect(new Set(nonces).size).toBe(100);
    expect(nonces.every((nonce) => Buffer.from(nonce, 'base64url').length === 32)).toBe(true);
  });
});
