import { effectiveValue, type ConfigSchema } from '../../core/connectors/index.js';
import { SecretRequiredError } from './connectors.errors.js';
import { pointerTo, type ParamPlan, type StoredParam } from './param-plan.js';

/**
 * A secret goes only to the target that it was entered for: when an endpoint field changes, appears or vanishes,
 * every secret that would be kept must be sent again in the same request.
 * @param schema `null` when the provider is not available: then any value may be part of the target.
 * @throws SecretRequiredError naming the secrets; nothing has been changed.
 */
export function assertHostBinding(plan: ParamPlan, stored: readonly StoredParam[], schema: ConfigSchema | null): void {
  const kept = plan.params.filter(
    (param) => param.isSecret && param.isKept && (param.value !== null || param.fileId !== null),
  );
  if (kept.length === 0 || !isTargetChanged(plan, stored, schema)) return;
  throw new SecretRequiredError(
    kept.map((param) => ({
      key: param.key,
      pointer: pointerTo(param, param.entryIndex, param.valueType === 'file' ? 'file_id' : 'value'),
    })),
  );
}

function isTargetChanged(plan: ParamPlan, stored: readonly StoredParam[], schema: ConfigSchema | null): boolean {
  if (schema === null) return plan.removed.length > 0 || plan.params.some((param) => param.isSent && param.isChanged);
  const before = new Map(stored.map((param) => [param.key, param]));
  const after = new Map(plan.params.map((param) => [param.key, param]));
  return schema
    .filter((field) => field.endpoint)
    .some(({ key }) => targetValue(schema, key, before.get(key)) !== targetValue(schema, key, after.get(key)));
}

function targetValue(schema: ConfigSchema, key: string, param: StoredParam | undefined): string | undefined {
  if (param !== undefined && param.fileId !== null) return `file:${param.fileId}`;
  return effectiveValue(schema, key, param?.value ?? undefined);
}
