import { checkFieldValue, fieldFor, type ConfigSchema } from '../../core/connectors/index.js';
import { InvalidParamError } from './connectors.errors.js';
import { pointerTo, type ParamPlan, type PlannedParam } from './param-plan.js';

/** `scheme://user:password@…` in a value that is not itself secret would put a password in the open. */
const URL_WITH_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]*:[^/?#\s]*@/i;

/**
 * Checks what a request brings against the schema: type, choice, pattern, no password inside a URL.
 * Kept values are not looked at: a schema may have changed since.
 * @throws InvalidParamError naming every offending entry.
 */
export function assertSentValues(plan: ParamPlan, schema: ConfigSchema | null): void {
  const issues = plan.params
    .filter((param) => param.isSent && param.isChanged && typeof param.value === 'string' && param.value !== '')
    .map((param) => ({ pointer: pointerTo(param, param.entryIndex, 'value'), message: problemWith(param, schema) }))
    .filter((issue): issue is { pointer: string; message: string } => issue.message !== null);
  if (issues.length > 0) throw new InvalidParamError(issues);
}

function problemWith(param: PlannedParam, schema: ConfigSchema | null): string | null {
  const value = param.value as string;
  const declared = schema === null ? undefined : fieldFor(schema, param.key);
  if ((!param.isSecret || declared?.type === 'url') && URL_WITH_PASSWORD.test(value)) {
    return 'a URL must not hold a user name and password; use their own params';
  }
  return declared === undefined || param.valueType === 'file' ? null : checkFieldValue(declared, value);
}
