import { describe, expect, it } from '@jest/globals';
import { chooseTasks, isAsWanted } from '../../trust/runner/cli.js';
import { loadHarnesses } from '../../trust/runner/discover.js';
import type { Harness } from '../../trust/runner/harness.js';
import { readOptions, UsageError } from '../../trust/runner/options.js';

const line = (name: string, ...cuts: string[]): Harness => ({
  name,
  promise: name,
  cuts: Object.fromEntries(cuts.map((cut) => [cut, []])),
  run: () => Promise.resolve({ counts: {}, figure: '', failures: [] }),
});
const lines = [line('one', 'a', 'b'), line('two', 'c'), line('three')];
const chosen = (only: string[], weakened: string | null) =>
  chooseTasks(lines, { only, weakened }).map(({ harness, cut }) => `${harness.name} ${cut ?? 'as shipped'}`);

describe('npm run trust', () => {
  it('runs the chosen lines, or one of them without a guard', () => {
    expect(chosen([], null)).toEqual(['one as shipped', 'two as shipped', 'three as shipped']);
    expect(chosen(['two'], null)).toEqual(['two as shipped']);
    expect(chosen([], 'b')).toEqual(['one b']);
  });

  it('runs every cut of the chosen lines with --weakened all', () => {
    expect(chosen([], 'all')).toEqual(['one a', 'one b', 'two c']);
    expect(chosen(['two', 'three'], 'all')).toEqual(['two c']);
  });

  it('refuses what it does not know, and to try nothing', () => {
    expect(() => chosen(['four'], null)).toThrow('no line named four');
    expect(() => chosen(['four'], 'all')).toThrow('no line named four');
    expect(() => chosen([], 'd')).toThrow('no cut named d');
    expect(() => chosen(['three'], 'all')).toThrow('have no cut');
    for (const args of [['--sort'], ['short'], ['--seed', 'x'], ['--only']])
      expect(() => readOptions(args)).toThrow(UsageError);
  });

  it('ends well when every line passes; with every cut when every line is red', () => {
    const [kept, broken, failed] = [
      { pass: true, error: null },
      { pass: false, error: null },
      { pass: false, error: 'no database' },
    ];
    const wanted = (weakened: string | null) =>
      [kept, broken, failed].map((outcome) => isAsWanted(outcome, { weakened }));
    expect(wanted(null)).toEqual([true, false, false]);
    expect(wanted('a')).toEqual([true, false, false]);
    expect(wanted('all')).toEqual([false, true, false]);
  });

  it('has no cut that is named as all of them are', async () => {
    const cuts = (await loadHarnesses()).flatMap((harness) => Object.keys(harness.cuts));
    expect(cuts).not.toContain('all');
  });
});
