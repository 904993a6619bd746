/**
 * The server's rules for values and keys, so that an error stands beside the field before anything is sent. The server
 * decides in the end; a spec compares both, and therefore nothing of the UI is imported here.
 */
export interface RuledField {
  readonly type: string;
  readonly pattern?: string;
  readonly pattern_hint?: string;
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  readonly min?: number;
  readonly max?: number;
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const MAX_PATTERN_VALUE = 1024;
const MAX_VALUE_BYTES = 64 * 1024;
const URL_WITH_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]*:[^/?#\s]*@/i;

/** @returns what is wrong with a text that is not empty, or `null`. */
export function checkFieldValue(field: RuledField, value: string): string | null {
  const typed = checkType(field, value);
  if (typed !== null) return typed;
  return field.pattern === undefined ? null : checkPattern(field, field.pattern, value);
}

function checkPattern(field: RuledField, pattern: string, value: string): string | null {
  if (value.length > MAX_PATTERN_VALUE) return `must not be longer than ${String(MAX_PATTERN_VALUE)} characters`;
  return new RegExp(`^(?:${pattern})$`, 'u').test(value) ? null : (field.pattern_hint ?? `must match ${pattern}`);
}

function checkType(field: RuledField, value: string): string | null {
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

function checkNumber(field: RuledField, value: string): string | null {
  if (!NUMBER.test(value) || !Number.isFinite(Number(value))) return 'must be a number';
  if (field.min !== undefined && Number(value) < field.min) return `must be at least ${String(field.min)}`;
  if (field.max !== undefined && Number(value) > field.max) return `must be at most ${String(field.max)}`;
  return null;
}

function checkUrl(value: string): string | null {
  const url = /[\s\p{Cc}]/u.test(value) ? null : parseUrl(value);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return 'must be an http or https URL';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  return null;
}

function parseUrl(value: string): URL | null {
  try {
    return new URL(value);
  } catch {
    return null;
  }
}

export function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

/** @returns why a text may not stand in the open, or is too long; `null` when it may be sent. */
export function checkText(value: string, isSecret: boolean): string | null {
  if (new TextEncoder().encode(value).length > MAX_VALUE_BYTES) return 'must be at most 64 KiB';
  if (!isSecret && URL_WITH_PASSWORD.test(value))
    return 'a URL must not hold a user name and password; use their own params';
  return null;
}

const KEY = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
const MAX_KEY = 255;
const RESERVED_SEGMENTS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export function isValidKey(key: string): boolean {
  return key.length <= MAX_KEY && KEY.test(key) && !key.split('.').some((segment) => RESERVED_SEGMENTS.has(segment));
}

/** @returns what is wrong with a key among the others, or `null`. */
export function checkKey(key: string, others: readonly string[]): string | null {
  if (key === '') return 'A key is needed';
  if (!isValidKey(key)) return 'Letters, digits, "_" and "-", in parts joined by "."; some words are reserved';
  if (others.includes(key)) return 'The key is given twice';
  if (others.some((other) => other.startsWith(`${key}.`) || key.startsWith(`${other}.`)))
    return 'The key is both a value and the beginning of another key';
  return null;
}

/** A sentence that begins with the field's name, as the server's texts go on from it. */
export function sentence(label: string, reason: string): string {
  return /^[a-z]/.test(reason) ? `${label} ${reason}` : reason;
}
