import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadHarnesses } from '../../trust/runner/discover.js';
import { runHarness } from '../../trust/runner/run-harness.js';
import { CutDoesNotApplyError, makeCopy, ROOT } from '../../trust/runner/weakened-build.js';
import { ensureBuilt } from '../processes/server-process.js';

jest.setTimeout(300_000); // servers are built and started

const SEED = 20_262;
const harnesses = await loadHarnesses();
const quick = harnesses.flatMap((harness) =>
  Object.keys(harness.cuts)
    .filter((cut) => !harness.slowCuts?.includes(cut))
    .map((cut) => ({ cut, name: harness.name, harness })),
);

describe('a build without one guard', () => {
  beforeAll(ensureBuilt);

  it('is known for most guards', () => expect(quick.length).toBeGreaterThan(0));

  it.each(quick)('without $cut breaks the promise of $name', async ({ cut, harness }) => {
    const outcome = await runHarness(harness, { seed: SEED, isShort: true, cut, note: () => undefined });
    expect(outcome).toMatchObject({ error: null, pass: false });
    expect(outcome.failures).not.toEqual([]);
  });

  it('is not made when the code is no longer what the cut expects', () => {
    const edit = { file: 'src/main.js', find: 'there is no such text', replace: '' };
    expect(() => makeCopy('outdated', { cut: [edit] })).toThrow(CutDoesNotApplyError);
    expect(() => makeCopy('outdated', { cut: [{ ...edit, find: 'import' }] })).toThrow(/stands \d+ times/);
    expect(() => makeCopy('outdated', { cut: [{ ...edit, file: 'src/gone.js' }] })).toThrow(/there is no/);
    expect(existsSync(join(ROOT, '.trust', `outdated-${process.pid}`))).toBe(false);
  });
});
