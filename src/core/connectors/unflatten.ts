import type { FlatParam } from './flatten.js';
import { assertKeys } from './param-key.js';

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
    const last = segments.pop() ?? key;
    branchAt(root, segments).set(last, { leaf: value });
  }
  return toObject(root);
}

/** The branch at a path, made where it is missing. No leaf is in the way: the keys were checked. */
function branchAt<Value>(root: Tree<Value>, path: readonly string[]): Tree<Value> {
  let node = root;
  for (const segment of path) {
    const next = node.get(segment);
    if (next instanceof Map) {
      node = next;
    } else {
      const branch: Tree<Value> = new Map();
      node.set(segment, branch);
      node = branch;
    }
  }
  return node;
}

function toObject<Value>(tree: Tree<Value>): Record<string, unknown> {
  return Object.fromEntries([...tree].map(([segment, node]) => [segment, toValue(node)]));
}

function toValue<Value>(node: Tree<Value> | { readonly leaf: Value }): unknown {
  if (!(node instanceof Map)) return node.leaf;
  const indexes = Array.from({ length: node.size }, (_, index) => String(index));
  const object = toObject(node);
  return indexes.every((index) => node.has(index)) ? indexes.map((index) => object[index]) : object;
}
