import { describe, expect, it } from '@jest/globals';
import type { IssuedTokens } from '../connectors/index.js';
import { freshSeconds } from './freshness.js';
import { MemoryTokenSource } from './memory-token-source.js';

const never = new AbortController().signal;

function issued(accessToken: string, more: Partial<IssuedTokens> = {}): IssuedTokens {
  return { accessToken, expiresIn: 3600, scopes: null, refreshToken: null, ...more };
}

describe('MemoryTokenSource', () => {
  it('asks once for all who wait, and again only when the token was refused', async () => {
    let count = 0;
    const source = new MemoryTokenSource(() => Promise.resolve(issued(`token-${(count += 1)}`)));
    const found = await Promise.all([1, 2, 3].map(() => source.get(never)));
    expect(found.map(({ value }) => value)).toEqual(['token-1', 'token-1', 'token-1']);
    await source.reject(found[0]!);
    const next = await source.get(never);
    await source.reject(found[0]!);
    expect([next.value, (await source.get(never)).value]).toEqual(['token-2', 'token-2']);
  });

  it('asks with the newest refresh token, and keeps the scopes that an answer leaves out', async () => {
    const seen: (string | null)[] = [];
    const answers = [
      issued('a', { refreshToken: 'r2', scopes: ['x'], expiresIn: 0 }),
      issued('b', { expiresIn: 0 }),
      issued('c'),
    ];
    const source = new MemoryTokenSource((last) => {
      seen.push(last?.refreshToken ?? null);
      return Promise.resolve(answers[seen.length - 1]!);
    });
    await source.get(never);
    await source.get(never);
    expect(await source.get(never)).toEqual({ value: 'c', scopes: ['x'] });
    expect(seen).toEqual([null, 'r2', 'r2']);
  });

  it('asks again after a failure', async () => {
    const answers = [() => Promise.reject(new Error('down')), () => Promise.resolve(issued('a'))];
    const source = new MemoryTokenSource(() => answers.shift()!());
    await expect(source.get(never)).rejects.toThrow('down');
    expect((await source.get(never)).value).toBe('a');
  });

  it('lets a caller go whose signal aborts', async () => {
    const source = new MemoryTokenSource(() => new Promise(() => undefined));
    await expect(source.get(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

describe('freshSeconds', () => {
  it.each([
    [3600, 3540],
    [120, 60],
    [60, 30],
    [0, 0],
    [null, null],
  ])('of a token that lives %p seconds are %p', (expiresIn, seconds) => {
    expect(freshSeconds(expiresIn)).toBe(seconds);
  });
});
