import { InvalidInputError } from '../errors/index.js';
import { isStorableText } from './text-check.js';

const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Refuses a request target that is malformed: bad percent-encoding or UTF-8, NUL, a query parameter given twice (none
 * of ours is a list), names that reach prototypes.
 * @throws InvalidInputError
 */
export function checkRequestTarget(target: string): void {
  const [path = '', ...rest] = target.split('?');
  decode(path, 'path');
  const seen = new Set<string>();
  for (const part of rest.join('?').split('&')) {
    if (part === '') continue;
    const [rawName = '', ...rawValue] = part.replaceAll('+', ' ').split('=');
    const name = decode(rawName, 'query');
    decode(rawValue.join('='), name);
    if (FORBIDDEN_NAMES.has(name)) throw refused('query', 'forbidden_key', 'This parameter is not allowed');
    if (seen.has(name)) throw refused(name, 'duplicate', 'The parameter may be given only once');
    seen.add(name);
  }
}

function decode(text: string, pointer: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw refused(pointer, 'invalid_encoding', 'Not percent-encoded UTF-8');
  }
  if (!isStorableText(decoded)) throw refused(pointer, 'invalid_text', 'Text must not hold NUL');
  return decoded;
}

function refused(pointer: string, code: string, message: string): InvalidInputError {
  return new InvalidInputError([{ pointer: pointer.slice(0, 64), code, message }]);
}
