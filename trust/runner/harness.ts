import type { HarnessContext } from './context.js';

/** One exact replacement in a compiled file. */
export interface Edit {
  /** Below `dist`, e.g. `src/foundation/connectors/default-lock.js`. */
  readonly file: string;
  /** Must stand in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** A file that is put into the copy, e.g. a hostile provider. */
export interface AddedFile {
  /** Below `dist`. */
  readonly file: string;
  readonly content: string;
}

/** How one guard is taken out of a copy of the built server. */
export type Cut = readonly Edit[];

/** What a run of a harness found. */
export interface Verdict {
  /** How much was tried. */
  readonly counts: Readonly<Record<string, number>>;
  /** What was measured, in a few words. */
  readonly figure: string;
  /** How the promise was broken, in one line each; none when it was kept. */
  readonly failures: readonly string[];
}

/** Attacks one promise. `<name>.harness.ts` exports one as `harness`. */
export interface Harness {
  readonly name: string;
  /** One sentence. */
  readonly promise: string;
  /** By name: each must make this harness find failures. */
  readonly cuts: Readonly<Record<string, Cut>>;
  /**
   * Left out of `npm test`: cuts that only a full run, or not this machine, is sure to notice, and those for which it has
   * no time, since others of the same line are tried there.
   */
  readonly slowCuts?: readonly string[];
  /** What the attacked build has beside the shipped files, with and without a cut. */
  readonly additions?: readonly AddedFile[];
  /** @throws when the attack itself could not be carried out: that proves nothing, neither way. */
  run(context: HarnessContext): Promise<Verdict>;
}

/** One line of the report. */
export interface Row {
  readonly name: string;
  /** The guard that was taken out; `null` for the shipped build. */
  readonly cut: string | null;
  readonly seed: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly figure: string;
  readonly pass: boolean;
}

/** A run with what the line does not show. */
export interface Outcome extends Row {
  readonly failures: readonly string[];
  /** Why the attack could not be carried out. */
  readonly error: string | null;
  readonly seconds: number;
}
