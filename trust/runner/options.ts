import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

const SEEDS = 2 ** 31;

export interface TrustOptions {
  /** Names; empty for all. */
  readonly only: readonly string[];
  /** A cut, or `all`: every cut of the chosen lines. */
  readonly weakened: string | null;
  readonly isShort: boolean;
  readonly seed: number;
  readonly isJson: boolean;
  readonly isList: boolean;
  readonly isHelp: boolean;
}

export const USAGE = `npm run trust -- [--only <line>]… [--weakened <cut>|all] [--short] [--seed <n>] [--json] [--list] [--help]
Attacks the built server and prints a line for each promise; --list names lines and cuts.`;

/** What was asked for is not there. Its message is for whoever typed it. */
export class UsageError extends Error {}

/** @throws UsageError */
export function readOptions(args: string[]): TrustOptions {
  const values = parse(args);
  const seed = values.seed === undefined ? randomInt(SEEDS) : Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new UsageError('--seed takes a whole number');
  return {
    only: values.only,
    weakened: values.weakened ?? null,
    isShort: values.short,
    seed,
    isJson: values.json,
    isList: values.list,
    isHelp: values.help,
  };
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: 'string', multiple: true, default: [] },
        weakened: { type: 'string' },
        short: { type: 'boolean', default: false },
        seed: { type: 'string' },
        json: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
