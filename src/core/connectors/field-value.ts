import type { ConfigField } from './config-field.js';

/** Numbers as JSON writes them, with surrounding blanks refused. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * Checks a non-empty text against a declared field's type, choice and pattern.
 * @returns a safe sentence, or `null` when it fits.
 */
export function checkFieldValue(field: ConfigField, value: string): string | null {
  const typed = checkType(field, value);
  if (typed !== null) return typed;
  if (field.pattern !== undefined && !new RegExp(`^(?:${field.pattern})$`, 'u').test(value)) {
    return field.patternHint ?? `must match ${field.pattern}`;
  }
  return null;
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

function checkNumber(field: ConfigField, value: string): string | null {
  if (!NUMBER.test(value) || !Number.isFinite(Number(value))) return 'must be a number';
  if (field.min !== undefined && Number(value) < field.min) return `must be at least ${field.min}`;
  if (field.max !== undefined && Number(value) > field.max) return `must be at most ${field.max}`;
  return null;
}

function checkUrl(value: string): string | null {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return 'must be an http or https URL';
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
  if (field?.type === 'number' && NUMBER.test(value)) return Number(value);
  if (field?.type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}
