import type { ConfigField, ConfigSchema } from './config-field.js';
import type { ConfigIssue } from './errors.js';
import { checkFieldValue, typedValue } from './field-value.js';
import { flattenConfig, unflattenParams, type FlatParam } from './flatten.js';
import type { JsonObject } from './json.js';

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

/** Nested config from rows in their order: declared numbers and booleans typed, everything else its exact text. */
export function assembleConfig(schema: ConfigSchema, params: readonly FlatParam[]): Record<string, unknown> {
  return unflattenParams(params.map(({ key, value }) => ({ key, value: typedValue(fieldFor(schema, key), value) })));
}

/** A config checked for use, or what is wrong with it. */
export type ValidatedConfig =
  | { readonly ok: true; readonly config: Record<string, unknown> }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

/** Applies defaults and checks every declared field: presence, type, choice, pattern. Undeclared keys pass. */
export function validateConfig(schema: ConfigSchema, config: Readonly<Record<string, unknown>>): ValidatedConfig {
  const isJsonKey = (key: string) => schema.some((field) => field.type === 'json' && field.key === key);
  const given = new Map(flattenConfig(config as JsonObject, isJsonKey).params.map(({ key, value }) => [key, value]));
  const issues: ConfigIssue[] = [];
  for (const field of schema) {
    if (field.type === 'map') continue;
    const value = effectiveValue(schema, field.key, given.get(field.key));
    if (value === undefined) {
      given.delete(field.key);
      if (isRequired(schema, field, given)) issues.push({ key: field.key, reason: `${field.label} is missing` });
      continue;
    }
    given.set(field.key, value);
    const reason = checkFieldValue(field, value);
    if (reason !== null) issues.push({ key: field.key, reason: `${field.label} ${reason}` });
  }
  if (issues.length > 0) return { ok: false, issues };
  return {
    ok: true,
    config: assembleConfig(
      schema,
      [...given].map(([key, value]) => ({ key, value })),
    ),
  };
}

function isRequired(schema: ConfigSchema, field: ConfigField, given: ReadonlyMap<string, string>): boolean {
  if (!field.required) return false;
  if (field.shownWhen === undefined) return true;
  const controlling = effectiveValue(schema, field.shownWhen.key, given.get(field.shownWhen.key));
  return controlling !== undefined && field.shownWhen.in.includes(controlling);
}
