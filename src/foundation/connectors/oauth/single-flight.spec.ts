import { describe, expect, it } from '@jest/globals';
import { SingleFlight } from './single-flight.js';

describe('SingleFlight', () => {
  it('runs the work of a key once for all who ask meanwhile, and anew for who asks later', async () => {
    const flights = new SingleFlight<number>();
    let runs = 0;
    const work = async () => (runs += 1);
    expect(await Promise.all([flights.run('a', work), flights.run('a', work), flights.run('b', work)])).toEqual([
      1, 1, 2,
    ]);
    expect(await flights.run('a', work)).toBe(3);
  });

  it('hands a failure to all who wait, and keeps none of it', async () => {
    const flights = new SingleFlight<number>();
    const fails = () => Promise.reject(new Error('down'));
    const results = await Promise.allSettled([flights.run('a', fails), flights.run('a', fails)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await flights.run('a', () => Promise.resolve(1))).toBe(1);
  });

  it('lets the next one start anew once the present run is forgotten, and the old one ends without harm', async () => {
    const flights = new SingleFlight<string>();
    let end = (_: string): void => undefined;
    const old = flights.run('a', () => new Promise<string>((resolve) => (end = resolve)));
    flights.forget('a');
    let endNew = (_: string): void => undefined;
    const next = flights.run('a', () => new Promise<string>((resolve) => (endNew = resolve)));
    end('old');
    expect(await old).toBe('old');
    const joined = flights.run('a', () => Promise.resolve('third'));
    endNew('new');
    expect([await next, await joined]).toEqual(['new', 'new']);
  });
});
