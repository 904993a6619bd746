import { InvalidInputError } from '../errors/index.js';
import type { JsonObject, JsonValue } from './json.js';
import { assertKeys, isValidKey, ParamKeyError } from './param-key.js';

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

/**
 * Flattens nested JSON into dot-notation keys with text values. A member name may itself hold dots.
 * @param stopAt whether a key holds JSON text: flattening stops there.
 * @param root pointer of `json` in the request, for error messages.
 * @throws ParamKeyError when a key breaks the grammar, comes out twice, or is both a leaf and a branch.
 */
export function flattenConfig(
  json: JsonObject,
  stopAt: (key: string) => boolean = () => false,
  root = '',
): FlattenResult {
  const found: (FlatParam & { pointer: string })[] = [];
  const skipped: string[] = [];

  // Each level adds at least two characters to a key of at most 255, so the recursion is shallow for any input.
  const visit = (key: string, value: JsonValue | undefined, pointer: string): void => {
    if (!isValidKey(key)) throw new ParamKeyError(key, 'invalid_key', pointer);
    if (value === null || value === undefined) skipped.push(key);
    else if (typeof value !== 'object') found.push({ key, value: String(value), pointer });
    else if (stopAt(key)) found.push({ key, value: jsonText(value, pointer), pointer });
    else if (Object.keys(value).length === 0) skipped.push(key);
    else descend(`${key}.`, value, pointer);
  };
  const descend = (prefix: string, container: object, pointer: string): void => {
    for (const [segment, child] of Object.entries(container) as [string, JsonValue | undefined][]) {
      visit(`${prefix}${segment}`, child, `${pointer}/${pointerSegment(segment)}`);
    }
  };

  descend('', json, root);
  assertKeys(
    found.map(({ key }) => key),
    (index) => found[index]?.pointer ?? root,
  );
  return { params: found.map(({ key, value }) => ({ key, value })), skipped };
}

/** Escapes one segment of an RFC 6901 pointer; a pointer is an answer, so an endless segment is cut. */
function pointerSegment(segment: string): string {
  return segment.slice(0, 255).replaceAll('~', '~0').replaceAll('/', '~1');
}

function jsonText(value: JsonValue, pointer: string): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InvalidInputError([{ pointer, code: 'too_deep', message: 'The JSON is nested too deeply' }]);
  }
}
