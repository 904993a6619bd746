import type { ConfigField, ConfigSchema } from './config-field.js';
import type { ConfigIssue } from './errors.js';
import { checkFieldValue, typedValue } from './field-value.js';
import { flattenConfig, type FlatParam } from './flatten.js';
import type { JsonObject } from './json.js';
import { ParamKeyError } from './param-key.js';
import { unflattenParams } from './unflatten.js';

/** The declared field of a key; a sub-key of a map belongs to its map. */
export function fieldFor(schema: ConfigSchema, key: string): ConfigField | undefined {
  return schema.find((field) => field.key === key || (field.type === 'map' && key.startsWith(`${field.key}.`)));
}

/** The value that counts: what is stored, or else the declared default. Empty text counts as not given. */
export function effectiveValue(schema: ConfigSchema, key: string, stored: string | undefined): string | undefined {
  if (stored !== undefined && stored !== '') return stored;
  const fallback = schema.find((field) => field.key === key)?.default;
  return fallback === undefined ? undefined : String(fallback);
}

/**
 * Nested config from rows in their order: declared numbers and booleans typed, everything else its exact text.
 * @throws ParamKeyError when the keys do not form a tree.
 */
export function assembleConfig(schema: ConfigSchema, params: readonly FlatParam[]): Record<string, unknown> {
  return unflattenParams(params.map(({ key, value }) => ({ key, value: typedValue(fieldFor(schema, key), value) })));
}

/** A config checked for use, or what is wrong with it. */
export type ValidatedConfig =
  | { readonly ok: true; readonly config: Record<string, unknown> }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

/**
 * Applies defaults and checks every declared field: presence, type, choice, pattern. Undeclared keys pass.
 * Never throws for what a config holds: keys that do not form a tree are issues too.
 */
export function validateConfig(schema: ConfigSchema, config: Readonly<Record<string, unknown>>): ValidatedConfig {
  try {
    const values = effectiveValues(schema, config);
    const issues = schema.flatMap((field) => (field.type === 'map' ? mapIssues : fieldIssues)(schema, field, values));
    if (issues.length > 0) return { ok: false, issues };
    const params = [...values].map(([key, value]) => ({ key, value }));
    return { ok: true, config: assembleConfig(schema, params) };
  } catch (error) {
    if (!(error instanceof ParamKeyError)) throw error;
    return { ok: false, issues: error.issues.map(({ message }) => ({ key: error.key, reason: message })) };
  }
}

type Values = ReadonlyMap<string, string>;

/** What is given as text by key, declared fields with their defaults and without empty text. */
function effectiveValues(schema: ConfigSchema, config: Readonly<Record<string, unknown>>): Values {
  const isJsonKey = (key: string) => schema.some((field) => field.type === 'json' && field.key === key);
  const { params } = flattenConfig(config as JsonObject, isJsonKey);
  const values = new Map(params.map(({ key, value }) => [key, value]));
  for (const field of schema) {
    const value = effectiveValue(schema, field.key, values.get(field.key));
    if (value === undefined) values.delete(field.key);
    else values.set(field.key, value);
  }
  return values;
}

function fieldIssues(schema: ConfigSchema, field: ConfigField, values: Values): ConfigIssue[] {
  const value = values.get(field.key);
  if (value === undefined) {
    return isRequired(schema, field, values) ? [{ key: field.key, reason: `${field.label} is missing` }] : [];
  }
  const reason = checkFieldValue(field, value);
  return reason === null ? [] : [{ key: field.key, reason: `${field.label} ${reason}` }];
}

/** A map holds one level of free sub-keys, so that its type is true. */
function mapIssues(_schema: ConfigSchema, field: ConfigField, values: Values): ConfigIssue[] {
  const isMisplaced = (key: string) => key === field.key || key.slice(field.key.length + 1).includes('.');
  return [...values.keys()]
    .filter((key) => (key === field.key || key.startsWith(`${field.key}.`)) && isMisplaced(key))
    .map((key) => ({ key, reason: `${field.label} takes one value for each name below ${field.key}` }));
}

function isRequired(schema: ConfigSchema, field: ConfigField, values: Values): boolean {
  if (!field.required) return false;
  if (field.shownWhen === undefined) return true;
  const controlling = effectiveValue(schema, field.shownWhen.key, values.get(field.shownWhen.key));
  return controlling !== undefined && field.shownWhen.in.includes(controlling);
}
