import type { ConfigField, ConfigSchema } from './config-field.js';
import { checkFieldValue } from './field-value.js';
import { assertKeys } from './flatten.js';

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
    if (field.label.trim() === '') complain(field, 'has no label');
    if (field.type === 'choice' && (field.choices ?? []).length === 0) complain(field, 'has no choices');
    if (field.pattern !== undefined) assertPattern(field, complain);
    if (field.default !== undefined && checkFieldValue(field, String(field.default)) !== null)
      complain(field, 'its default does not fit');
    if (field.secret && field.default !== undefined) complain(field, 'a secret has no default');
    const controlling = field.shownWhen?.key;
    if (controlling !== undefined && !schema.some(({ key }) => key === controlling))
      complain(field, `shownWhen names ${controlling}, which is not declared`);
  }
}

function assertPattern(field: ConfigField, complain: (field: ConfigField, problem: string) => never): void {
  try {
    new RegExp(`^(?:${field.pattern})$`, 'u');
  } catch {
    complain(field, 'its pattern is not a regular expression');
  }
}
