import { createHash } from 'node:crypto';
import { InvalidInputError } from '../errors/index.js';
import { isUuid } from './uuid-param.decorator.js';
import { isStorableText } from './text-check.js';

export type CursorValue = string | number | boolean | null;
/** What a value of a cursor must be, so that a forged one never reaches SQL; `?` allows null. */
export type CursorKind = 'text' | 'text?' | 'uuid' | 'timestamp' | 'timestamp?' | 'number' | 'number?';

const CHECKS: Readonly<Record<string, (value: CursorValue) => boolean>> = {
  text: (value) => typeof value === 'string' && isStorableText(value),
  uuid: isUuid,
  timestamp: (value) => typeof value === 'string' && isTimestamp(value),
  number: (value) => typeof value === 'number' && Number.isFinite(value),
};

/**
 * Makes an opaque cursor from the sort values of the last item of a page.
 * @param shape describes sort and filters: a cursor of another shape is refused when it comes back.
 */
export function encodeCursor(shape: string, values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify([shapeHash(shape), ...values])).toString('base64url');
}

/**
 * Reads a cursor.
 * @param kinds what each value must be; without it only their being scalars is checked.
 * @throws InvalidInputError when it is malformed, of another shape or of other kinds.
 */
export function decodeCursor(shape: string, text: string, kinds?: readonly CursorKind[]): CursorValue[] {
  const [hash, ...values] = parse(text);
  if (hash !== shapeHash(shape)) throw invalidCursor();
  if (!values.every(isScalar)) throw invalidCursor();
  if (kinds && !matches(values, kinds)) throw invalidCursor();
  return values;
}

function parse(text: string): unknown[] {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw invalidCursor();
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(parsed)) return parsed;
  } catch {
    // Falls through to the one answer that every bad cursor gets.
  }
  throw invalidCursor();
}

function matches(values: readonly CursorValue[], kinds: readonly CursorKind[]): boolean {
  if (values.length !== kinds.length) return false;
  return kinds.every((kind, index) => {
    const value = values[index] ?? null;
    const isNullable = kind.endsWith('?');
    if (value === null) return isNullable;
    return CHECKS[kind.replace('?', '')]?.(value) ?? false;
  });
}

function isTimestamp(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(text)) return false;
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString() === text;
}

function isScalar(value: unknown): value is CursorValue {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function shapeHash(shape: string): string {
  return createHash('sha256').update(shape).digest('base64url').slice(0, 12);
}

function invalidCursor(): InvalidInputError {
  return new InvalidInputError([
    {
      pointer: 'cursor',
      code: 'invalid_cursor',
      message: 'Not a cursor of this list with this sort and these filters',
    },
  ]);
}
