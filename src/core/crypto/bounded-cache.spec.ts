import { describe, expect, it } from '@jest/globals';
import { BoundedCache } from './bounded-cache.js';

const load = (value: number) => () => Promise.resolve(value);

describe('BoundedCache', () => {
  it('never holds more than its limit, and drops what was not used for longest', async () => {
    const cache = new BoundedCache<number>(2, 60_000);
    await cache.get('a', load(1));
    await cache.get('b', load(2));
    await cache.get('a', load(-1));
    await cache.get('c', load(3));
    expect(cache.size).toBe(2);
    expect(await cache.get('a', load(-1))).toBe(1);
    expect(await cache.get('b', load(20))).toBe(20);
  });

  it('loads again when a value is too old', async () => {
    const cache = new BoundedCache<number>(2, 0);
    expect(await cache.get('a', load(1))).toBe(1);
    expect(await cache.get('a', load(2))).toBe(2);
  });

  it('does not keep a failure', async () => {
    const cache = new BoundedCache<number>(2, 60_000);
    await expect(cache.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await cache.get('a', load(1))).toBe(1);
  });
});
