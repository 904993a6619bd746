import { effectiveValue, isSecretRow, type FormValues, type Row, type Schema } from './form-values';

/**
 * A secret goes only to the target that it was entered for: when an endpoint field changes, the server wants every kept
 * secret again in the same request.
 * @returns the rows whose stored secret would be kept; empty while the target is the stored one.
 */
export function mustRetype(schema: Schema, values: FormValues): Row[] {
  if (!isTargetChanged(schema, values)) return [];
  return values.rows.filter(
    (row) =>
      row.stored?.is_set === true &&
      row.file === null &&
      row.mode !== 'clear' &&
      isSecretRow(schema, row) &&
      (row.mode === 'keep' || row.value === ''),
  );
}

export function isTargetChanged(schema: Schema, values: FormValues): boolean {
  return values.rows.some((row) => {
    const field = row.place === 'field' ? schema.find(({ key }) => key === row.key) : undefined;
    if (field?.endpoint !== true) return false;
    if (isSecretRow(schema, row)) return row.stored !== null && row.mode !== 'keep';
    return effectiveValue(field, row.value) !== effectiveValue(field, row.stored?.value);
  });
}
