import { InvalidInputError } from '../errors/index.js';
import { isStorableText } from './text-check.js';

const MAX_DEPTH = 32;
/** Keys that could reach a prototype once an object is copied; no field of ours has such a name. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor']);

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses a JSON body and refuses what could not be stored or handled unchanged: bad UTF-8, more than 32 levels, NUL,
 * lone surrogates, numbers out of range, keys that reach prototypes. @returns `undefined` for an empty body.
 */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const text = decode(body);
  if (depthOf(text) > MAX_DEPTH) throw refused('too_deep', `JSON may be nested ${MAX_DEPTH} levels deep at most`);
  const value = parse(text);
  check(value, '');
  return value;
}

function decode(body: Buffer): string {
  try {
    return decoder.decode(body);
  } catch {
    throw refused('invalid_encoding', 'The body is not UTF-8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own message repeats a piece of the input.
    throw refused('invalid_json', 'The body is not valid JSON');
  }
}

/** How deep the brackets of a text go; measured before parsing, so that depth costs nothing. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isInString) {
      if (character === '\\') index += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, (depth += 1));
    else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
}

function check(value: unknown, pointer: string): void {
  if (typeof value === 'string') {
    if (!isStorableText(value)) throw refused('invalid_text', 'Text must not hold NUL or a lone surrogate', pointer);
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw refused('invalid_value', 'The number is out of range', pointer);
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => check(item, `${pointer}/${index}`));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) checkEntry(key, item, pointer);
  }
}

function checkEntry(key: string, item: unknown, pointer: string): void {
  if (!isStorableText(key)) throw refused('invalid_text', 'A key must not hold NUL or a lone surrogate', pointer);
  if (FORBIDDEN_KEYS.has(key)) throw refused('forbidden_key', 'This key is not allowed', `${pointer}/${key}`);
  check(item, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`.slice(0, 512));
}

function refused(code: string, message: string, pointer = ''): InvalidInputError {
  return new InvalidInputError([{ pointer, code, message }]);
}
