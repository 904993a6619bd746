import { fieldFor, type ConfigSchema } from '../../core/connectors/index.js';
import type { ParamValueType } from './connector-param.entity.js';

const LAST_WORDS = new Set([
  'secret',
  'token',
  'password',
  'passphrase',
  'passwd',
  'pwd',
  'pass',
  'key',
  'apikey',
  'credential',
  'auth',
  'authorization',
  'cookie',
  'dsn',
  'sas',
  'signature',
]);
const ANY_WORDS = new Set(['private', 'secret', 'password']);
const WHOLE_SEGMENTS = new Set(['webhook_url', 'connection_string']);

/** `accessKeys` → `access`, `keys`; `HTTPToken` → `http`, `token`. */
function wordsOf(segment: string): string[] {
  return segment
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split(/[_-]+/)
    .filter((word) => word !== '');
}

function includesWord(set: ReadonlySet<string>, word: string): boolean {
  return set.has(word) || (word.endsWith('s') && set.has(word.slice(0, -1)));
}

function isSecretSegment(segment: string): boolean {
  const words = wordsOf(segment);
  const last = words.at(-1);
  if (last === undefined) return false;
  return (
    includesWord(LAST_WORDS, last) ||
    words.some((word) => includesWord(ANY_WORDS, word)) ||
    WHOLE_SEGMENTS.has(words.join('_'))
  );
}

/** Whether an undeclared key sounds like a secret. Numeric segments (array places) say nothing. */
export function soundsSecret(key: string): boolean {
  return key.split('.').some((segment) => !/^\d+$/.test(segment) && isSecretSegment(segment));
}

/** A param as the rule sees it. */
export interface ParamNature {
  readonly key: string;
  readonly valueType: ParamValueType;
  /** As stored; `undefined` for a key that is not stored yet. */
  readonly storedIsSecret: boolean | undefined;
}

/**
 * Whether a param's value is write-only.
 * @param schema `null` when the provider is not available: then every param is secret.
 */
export function isSecretParam(schema: ConfigSchema | null, param: ParamNature): boolean {
  if (schema === null || param.valueType === 'file') return true;
  const declared = fieldFor(schema, param.key);
  if (declared) return declared.secret || declared.type === 'file' || param.storedIsSecret === true;
  return param.storedIsSecret ?? soundsSecret(param.key);
}
