import { InvalidInputError } from '../errors/index.js';
import type { JsonObject, JsonValue } from './json.js';

/** One key-value row, in the order in which it is assembled. */
export interface FlatParam<Value = string> {
  readonly key: string;
  readonly value: Value;
}

export interface FlattenResult {
  readonly params: FlatParam[];
  /** Keys of `null`s and empty containers, which have no text form. */
  readonly skipped: string[];
}

/** Grammar of a key; see also the forbidden segments. */
export const KEY_PATTERN = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
const MAX_KEY = 255;
const FORBIDDEN_SEGMENTS = new Set(['__proto__', 'constructor', 'prototype']);

/** A key that breaks the grammar, is given twice, or is both a leaf and a branch. */
export class ParamKeyError extends InvalidInputError {
  constructor(
    readonly key: string,
    readonly reason: 'invalid_key' | 'duplicate_key' | 'leaf_and_branch',
    pointer: string,
  ) {
    super([{ pointer, code: reason, message: REASONS[reason] }]);
  }
}

const REASONS = {
  invalid_key: 'A key is 1–255 letters, digits, "_" or "-" in segments joined by "."; some segments are reserved',
  duplicate_key: 'The key is given twice',
  leaf_and_branch: 'The key is both a value and the prefix of another key',
} as const;

export function isValidKey(key: string): boolean {
  return (
    key.length <= MAX_KEY && KEY_PATTERN.test(key) && !key.split('.').some((segment) => FORBIDDEN_SEGMENTS.has(segment))
  );
}

/** Escapes one segment of an RFC 6901 pointer. */
function pointerSegment(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}

/**
 * Flattens nested JSON into dot-notation keys with text values.
 * @param stopAt whether a key holds JSON text: flattening stops there.
 * @param root pointer of `json` in the request, for error messages.
 * @throws ParamKeyError when a segment breaks the grammar or two paths give one key.
 */
export function flattenConfig(
  json: JsonObject,
  stopAt: (key: string) => boolean = () => false,
  root = '',
): FlattenResult {
  const params: FlatParam[] = [];
  const skipped: string[] = [];
  const seen = new Set<string>();

  const leaf = (key: string, value: string, pointer: string) => {
    if (!isValidKey(key)) throw new ParamKeyError(key, 'invalid_key', pointer);
    if (seen.has(key)) throw new ParamKeyError(key, 'duplicate_key', pointer);
    seen.add(key);
    params.push({ key, value });
  };

  const visit = (key: string, value: JsonValue, pointer: string): void => {
    if (key !== '' && !isValidKey(key)) throw new ParamKeyError(key, 'invalid_key', pointer);
    if (value === null) return void skipped.push(key);
    if (typeof value !== 'object') return leaf(key, String(value), pointer);
    if (key !== '' && stopAt(key)) return leaf(key, JSON.stringify(value), pointer);
    const entries = Object.entries(value);
    if (entries.length === 0 && key !== '') return void skipped.push(key);
    for (const [segment, child] of entries) {
      visit(key === '' ? segment : `${key}.${segment}`, child, `${pointer}/${pointerSegment(segment)}`);
    }
  };

  visit('', json, root);
  assertNoLeafIsBranch(
    params.map(({ key }) => key),
    () => root,
  );
  return { params, skipped };
}

/** @throws ParamKeyError when a key is also the prefix of another. */
function assertNoLeafIsBranch(keys: readonly string[], pointerOf: (index: number) => string): void {
  const leaves = new Map(keys.map((key, index) => [key, index]));
  keys.forEach((key) => {
    for (let dot = key.indexOf('.'); dot !== -1; dot = key.indexOf('.', dot + 1)) {
      const branch = leaves.get(key.slice(0, dot));
      if (branch !== undefined) throw new ParamKeyError(key.slice(0, dot), 'leaf_and_branch', pointerOf(branch));
    }
  });
}

/**
 * Checks keys as a whole list: grammar, duplicates, leaf and branch.
 * @param pointerOf where the n-th key stands in the request.
 * @throws ParamKeyError for the first offending key.
 */
export function assertKeys(
  keys: readonly string[],
  pointerOf: (index: number) => string = (index) => `/param_ids/${index}/key`,
): void {
  const seen = new Set<string>();
  keys.forEach((key, index) => {
    if (!isValidKey(key)) throw new ParamKeyError(key, 'invalid_key', pointerOf(index));
    if (seen.has(key)) throw new ParamKeyError(key, 'duplicate_key', pointerOf(index));
    seen.add(key);
  });
  assertNoLeafIsBranch(keys, pointerOf);
}

type Tree<Value> = Map<string, Tree<Value> | { readonly leaf: Value }>;

/**
 * Rebuilds the nested config from key-value rows, in their order. Segments that are exactly `0..n-1` under one
 * parent become an array, in numeric order.
 * @throws ParamKeyError when the keys do not form a tree.
 */
export function unflattenParams<Value>(params: readonly FlatParam<Value>[]): Record<string, unknown> {
  assertKeys(params.map(({ key }) => key));
  const root: Tree<Value> = new Map();
  for (const { key, value } of params) {
    const segments = key.split('.');
    const last = segments.pop() as string;
    let node = root;
    for (const segment of segments) {
      const next = node.get(segment);
      if (next instanceof Map) {
        node = next;
      } else {
        const branch: Tree<Value> = new Map();
        node.set(segment, branch);
        node = branch;
      }
    }
    node.set(last, { leaf: value });
  }
  return toObject(root);
}

function toValue<Value>(node: Tree<Value> | { readonly leaf: Value }): unknown {
  if (!(node instanceof Map)) return node.leaf;
  if (isArrayLike(node))
    return Array.from({ length: node.size }, (_, index) => toValue(node.get(String(index)) as Tree<Value>));
  return toObject(node);
}

function toObject<Value>(tree: Tree<Value>): Record<string, unknown> {
  return Object.fromEntries([...tree].map(([segment, node]) => [segment, toValue(node)]));
}

function isArrayLike<Value>(tree: Tree<Value>): boolean {
  return (
    tree.size > 0 &&
    Array.from({ length: tree.size }, (_, index) => String(index)).every((segment) => tree.has(segment))
  );
}
