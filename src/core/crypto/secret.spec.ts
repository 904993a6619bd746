import { format, inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret } from './secret.js';

describe('Secret', () => {
  const secret = Secret.of('hunter2');

  it('gives its text only when asked to reveal it', () => {
    expect(secret.reveal()).toBe('hunter2');
  });

  it.each([
    ['a template', () => `a ${secret as unknown as string}`],
    ['concatenation', () => 'a' + (secret as unknown as string)],
    ['JSON', () => JSON.stringify({ nested: [secret] })],
    ['inspect', () => inspect({ nested: { secret } }, { depth: 9, showHidden: true })],
    ['console format', () => format('%s %o %O %j', secret, secret, secret, secret)],
    ['its own keys', () => JSON.stringify([Object.keys(secret), Object.getOwnPropertyNames(secret), { ...secret }])],
  ])('does not show it in %s', (_, print) => {
    expect(print()).not.toContain('hunter2');
  });

  it('prints as [secret]', () => {
    expect(String(secret)).toBe('[secret]');
    expect(JSON.stringify(secret)).toBe('"[secret]"');
    expect(inspect(secret)).toBe('[secret]');
  });
});
