import { ensureBuilt } from '../../test/processes/server-process.js';
import { loadHarnesses, ownerOfCut } from './discover.js';
import type { Harness, Outcome } from './harness.js';
import { UsageError, type TrustOptions } from './options.js';
import { runHarness } from './run-harness.js';

const SHOWN_FAILURES = 10;
const SHOWN_LENGTH = 1_500;

/** In place of a cut's name: every cut of the chosen lines. */
const EVERY_CUT = 'all';

/** One attack: a harness, on the shipped build or without one guard. */
interface Task {
  readonly harness: Harness;
  readonly cut: string | null;
}

/**
 * Runs the lines one after the other. SIGINT and SIGTERM end the present one, close what it opened, and start no other.
 * @returns the exit status: 0 only when each of them passed; with `--weakened all` only when each was red.
 * @throws UsageError
 */
export async function runTrust(options: TrustOptions): Promise<number> {
  const harnesses = await loadHarnesses();
  if (options.isList) return list(harnesses);
  const tasks = chooseTasks(harnesses, options);
  ensureBuilt();
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stop.abort(new Error(`Ended by ${signal}`)));
  let isGood = true;
  for (const { harness, cut } of tasks) {
    if (stop.signal.aborted) return 1;
    const outcome = await runHarness(harness, { ...options, cut, note: say, signal: stop.signal });
    report(outcome, options.isJson);
    isGood &&= isAsWanted(outcome, options);
  }
  return isGood ? 0 : 1;
}

/** @throws UsageError for a name that there is not, and when nothing would be run. */
export function chooseTasks(
  harnesses: readonly Harness[],
  { only, weakened }: Pick<TrustOptions, 'only' | 'weakened'>,
): Task[] {
  const unknown = only.find((name) => !harnesses.some((harness) => harness.name === name));
  if (unknown !== undefined) throw new UsageError(`There is no line named ${unknown}: --list shows them`);
  const chosen = only.length === 0 ? harnesses : harnesses.filter(({ name }) => only.includes(name));
  if (weakened === null) return chosen.map((harness) => ({ harness, cut: null }));
  if (weakened === EVERY_CUT) return everyCut(chosen);
  const harness = ownerOfCut(harnesses, weakened);
  if (harness === undefined) throw new UsageError(`There is no cut named ${weakened}: --list shows them`);
  return [{ harness, cut: weakened }];
}

function everyCut(harnesses: readonly Harness[]): Task[] {
  const tasks = harnesses.flatMap((harness) => Object.keys(harness.cuts).map((cut) => ({ harness, cut })));
  if (tasks.length === 0) throw new UsageError('These lines have no cut: --list shows them');
  return tasks;
}

/** Whether the run goes on to end with 0. With every cut that is a red line: one that could not be carried out is none. */
export function isAsWanted(
  { pass, error }: Pick<Outcome, 'pass' | 'error'>,
  { weakened }: Pick<TrustOptions, 'weakened'>,
): boolean {
  return weakened === EVERY_CUT ? !pass && error === null : pass;
}

function list(harnesses: readonly Harness[]): number {
  for (const { name, promise, cuts } of harnesses) {
    const names = Object.keys(cuts);
    print(`${name}: ${promise}${names.length > 0 ? ` Cuts: ${names.join(', ')}.` : ''}`);
  }
  return 0;
}

function report(outcome: Outcome, isJson: boolean): void {
  const { name, cut, seed, counts, figure, pass } = outcome;
  if (isJson) print(JSON.stringify({ name, cut, seed, counts, figure, pass }));
  else {
    const numbers = Object.entries(counts).map(([what, count]) => `${what} ${count}`);
    const parts = [`seed ${seed}`, numbers.join(', ') || '-', figure, `${outcome.seconds.toFixed(1)} s`];
    print(`${pass ? 'pass' : 'FAIL'} ${name}${cut === null ? '' : ` without ${cut}`} | ${parts.join(' | ')}`);
  }
  const failures = [...new Set(outcome.failures)];
  for (const failure of failures.slice(0, SHOWN_FAILURES)) say(`  ${failure.slice(0, SHOWN_LENGTH)}`);
  const left = failures.length - SHOWN_FAILURES;
  if (left > 0) say(`  … and ${left} more`);
  if (outcome.error !== null) say(`  The attack could not be carried out: ${outcome.error}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
