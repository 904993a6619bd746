import { parseUrl } from '../url/index.js';
import type { ConfigField } from './config-field.js';

/** Numbers as JSON writes them, with surrounding blanks refused. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** A pattern is an author's code and may backtrack; long values never reach it. */
const MAX_PATTERN_VALUE = 1024;

/**
 * Checks a non-empty text against a declared field's type, choice and pattern.
 * @returns a safe sentence, or `null` when it fits.
 */
export function checkFieldValue(field: ConfigField, value: string): string | null {
  const typed = checkType(field, value);
  if (typed !== null) return typed;
  return field.pattern === undefined ? null : checkPattern(field, field.pattern, value);
}

/** @throws SyntaxError when the pattern is no regular expression; the boot checks every schema. */
export function compilePattern(pattern: string): RegExp {
  const { source } = new RegExp(pattern, 'u'); // by itself first: `a)|(b` is only valid once wrapped
  return new RegExp(`^(?:${source})$`, 'u');
}

function checkPattern(field: ConfigField, pattern: string, value: string): string | null {
  if (value.length > MAX_PATTERN_VALUE) return `must not be longer than ${MAX_PATTERN_VALUE} characters`;
  return compilePattern(pattern).test(value) ? null : (field.patternHint ?? `must match ${pattern}`);
}

function checkType(field: ConfigField, value: string): string | null {
  switch (field.type) {
    case 'number':
      return checkNumber(field, value);
    case 'boolean':
      return value === 'true' || value === 'false' ? null : 'must be true or false';
    case 'choice':
      return field.choices?.some((choice) => choice.value === value) === true
        ? null
        : `must be one of ${(field.choices ?? []).map((choice) => choice.value).join(', ')}`;
    case 'url':
      return checkUrl(value);
    case 'json':
      return isJson(value) ? null : 'must be JSON';
    default:
      return null;
  }
}

function isNumber(value: string): boolean {
  return NUMBER.test(value) && Number.isFinite(Number(value));
}

function checkNumber(field: ConfigField, value: string): string | null {
  if (!isNumber(value)) return 'must be a number';
  if (field.min !== undefined && Number(value) < field.min) return `must be at least ${field.min}`;
  if (field.max !== undefined && Number(value) > field.max) return `must be at most ${field.max}`;
  return null;
}

/** The URL parser drops blanks and control characters silently; a stored value must be what is dialled. */
function checkUrl(value: string): string | null {
  const url = /[\s\p{Cc}]/u.test(value) ? null : parseUrl(value);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return 'must be an http or https URL';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  return null;
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

/** The typed form of a declared value; text that does not parse stays text. */
export function typedValue(field: ConfigField | undefined, value: string): string | number | boolean {
  if (field?.type === 'number' && isNumber(value)) return Number(value);
  if (field?.type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}
