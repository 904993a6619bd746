import type { ConfigField, ConfigSchema } from './config-field.js';
import { checkFieldValue, compilePattern } from './field-value.js';
import { assertKeys } from './param-key.js';

/** @throws Error naming the provider and the field when a schema is broken; the boot stops. */
export function assertSchema(provider: string, schema: ConfigSchema): void {
  const complain = (field: ConfigField | null, problem: string): never => {
    throw new Error(
      `Config schema of ${provider} is broken: ${field === null ? '' : `field ${field.key}: `}${problem}`,
    );
  };
  try {
    assertKeys(schema.map((field) => field.key));
  } catch (error) {
    complain(
      null,
      `keys must be unique, well-formed and not prefixes of each other (${(error as { key?: string }).key ?? ''})`,
    );
  }
  for (const field of schema) {
    const problem = problemOf(field) ?? conditionProblem(schema, field);
    if (problem !== null) complain(field, problem);
  }
}

function problemOf(field: ConfigField): string | null {
  if (field.label.trim() === '') return 'has no label';
  if (field.type === 'choice' && (field.choices ?? []).length === 0) return 'has no choices';
  if (field.pattern !== undefined && !isPattern(field.pattern)) return 'its pattern is not a regular expression';
  if (field.default === undefined) return null;
  if (field.secret) return 'a secret has no default';
  return checkFieldValue(field, String(field.default)) === null ? null : 'its default does not fit';
}

function conditionProblem(schema: ConfigSchema, { shownWhen }: ConfigField): string | null {
  if (shownWhen === undefined) return null;
  const controlling = schema.find(({ key }) => key === shownWhen.key);
  if (controlling === undefined) return `shownWhen names ${shownWhen.key}, which is not declared`;
  const isPossible = shownWhen.in.every((value) => checkFieldValue(controlling, value) === null);
  return isPossible ? null : `shownWhen names a value that ${shownWhen.key} never has`;
}

function isPattern(pattern: string): boolean {
  try {
    compilePattern(pattern);
    return true;
  } catch {
    return false;
  }
}
