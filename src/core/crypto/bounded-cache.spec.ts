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

  it('loads a value again that would not be good for as long as is asked, and keeps it when that fails', async () => {
    const cache = new BoundedCache<number>(2, 60_000);
    const isPassing = (error: unknown) => error instanceof RangeError;
    await cache.get('a', load(1), isPassing);
    expect(await cache.get('a', load(2), isPassing, 30_000)).toBe(1);
    expect(await cache.get('a', load(3), isPassing, 90_000)).toBe(3);
    expect(await cache.get('a', () => Promise.reject(new RangeError()), isPassing, 90_000)).toBe(3);
    await expect(cache.get('a', () => Promise.reject(new Error('gone')), isPassing, 90_000)).rejects.toThrow('gone');
    expect(await cache.get('a', load(4))).toBe(3);
  });

  it('gives what is good to those who need it now while others load it again, all by one load', async () => {
    const cache = new BoundedCache<number>(2, 60_000);
    await cache.get('a', load(1));
    let finish = (_: number): void => undefined;
    const slow = () => new Promise<number>((resolve) => (finish = resolve));
    const waiting = [cache.get('a', slow, undefined, 90_000), cache.get('a', load(-1), undefined, 90_000)];
    expect(await cache.get('a', load(-1))).toBe(1);
    finish(2);
    expect(await Promise.all(waiting)).toEqual([2, 2]);
    expect(await cache.get('a', load(-1))).toBe(2);
  });

  it('does not put what was read before in the place of what it was told meanwhile', async () => {
    const cache = new BoundedCache<number>(2, 60_000);
    await cache.get('a', load(1));
    let finish = (_: number): void => undefined;
    const waiting = cache.get('a', () => new Promise<number>((resolve) => (finish = resolve)), undefined, 90_000);
    cache.put('a', 3);
    finish(2);
    await waiting;
    expect(await cache.get('a', load(-1))).toBe(3);
  });

  it('does not keep a failure', async () => {
    const cache = new BoundedCache<number>(2, 60_000);
    await expect(cache.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await cache.get('a', load(1))).toBe(1);
  });
});
