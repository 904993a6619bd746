import { InvalidInputError } from '../errors/index.js';

/** Grammar of a key; see also the reserved segments. */
export const KEY_PATTERN = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
const MAX_KEY = 255;
const RESERVED_SEGMENTS = new Set(['__proto__', 'constructor', 'prototype']);

const REASONS = {
  invalid_key: 'A key is 1–255 letters, digits, "_" or "-" in segments joined by "."; some segments are reserved',
  duplicate_key: 'The key is given twice',
  leaf_and_branch: 'The key is both a value and the prefix of another key',
} as const;

/** A key that breaks the grammar, is given twice, or is both a leaf and a branch. */
export class ParamKeyError extends InvalidInputError {
  /** @param pointer where the key stands in the request. */
  constructor(
    readonly key: string,
    readonly reason: keyof typeof REASONS,
    pointer: string,
  ) {
    super([{ pointer, code: reason, message: REASONS[reason] }]);
  }
}

export function isValidKey(key: string): boolean {
  return (
    key.length <= MAX_KEY && KEY_PATTERN.test(key) && !key.split('.').some((segment) => RESERVED_SEGMENTS.has(segment))
  );
}

/** Tells where the n-th key stands in the request. */
export type PointerOf = (index: number) => string;

/**
 * Checks keys as a whole list: grammar, duplicates, leaf and branch.
 * @throws ParamKeyError for the first offending key.
 */
export function assertKeys(keys: readonly string[], pointerOf: PointerOf = (index) => `/param_ids/${index}/key`): void {
  const seen = new Set<string>();
  keys.forEach((key, index) => {
    if (!isValidKey(key)) throw new ParamKeyError(key, 'invalid_key', pointerOf(index));
    if (seen.has(key)) throw new ParamKeyError(key, 'duplicate_key', pointerOf(index));
    seen.add(key);
  });
  assertNoLeafIsBranch(keys, pointerOf);
}

function assertNoLeafIsBranch(keys: readonly string[], pointerOf: PointerOf): void {
  const leaves = new Map(keys.map((key, index) => [key, index]));
  for (const key of keys) {
    for (let dot = key.indexOf('.'); dot !== -1; dot = key.indexOf('.', dot + 1)) {
      const leaf = leaves.get(key.slice(0, dot));
      if (leaf !== undefined) throw new ParamKeyError(key.slice(0, dot), 'leaf_and_branch', pointerOf(leaf));
    }
  }
}
