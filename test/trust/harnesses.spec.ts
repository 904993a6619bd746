import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { harnessNames, loadHarnesses } from '../../trust/runner/discover.js';
import type { Harness } from '../../trust/runner/harness.js';
import { runHarness } from '../../trust/runner/run-harness.js';
import { ensureBuilt } from '../processes/server-process.js';

jest.setTimeout(300_000); // servers are built and started

const SEED = 20_261;

describe('each promise of SECURITY.md, attacked for a few seconds', () => {
  let harnesses: Harness[];
  beforeAll(async () => {
    ensureBuilt();
    harnesses = await loadHarnesses();
  });

  it.each(harnessNames())('%s is kept', async (name) => {
    const harness = harnesses.find((one) => one.name === name)!;
    const outcome = await runHarness(harness, { seed: SEED, isShort: true, cut: null, note: () => undefined });
    expect(outcome).toMatchObject({ error: null, failures: [], pass: true });
  });
});
