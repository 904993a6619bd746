import type { Schemas } from '../../../api/client';
import type { Connector } from '../../../api/connectors';
import type { Schema } from './form-values';

export type PreviewKind = 'set' | 'replaced' | 'removed' | 'skipped';

export interface PreviewRow {
  readonly key: string;
  /** Of a declared field. */
  readonly label: string | null;
  readonly kind: PreviewKind;
  /** `null` for a secret. */
  readonly text: string | null;
}

/** What a dry run says, as rows: first what comes, then what goes. */
export function previewRows(
  { imported, removed, skipped, param_ids }: Schemas['ImportConfigResponse'],
  stored: Pick<Connector, 'param_ids'>,
  schema: Schema,
): PreviewRow[] {
  const row = (kind: PreviewKind, key: string, text: string | null): PreviewRow => ({
    key,
    label: schema.find((field) => field.key === key)?.label ?? null,
    kind,
    text,
  });
  const coming = imported.map((key) => {
    const after = param_ids.find((param) => param.key === key);
    const isStored = stored.param_ids.some((param) => param.key === key);
    return row(isStored ? 'replaced' : 'set', key, after?.is_secret === false ? (after.value ?? '') : null);
  });
  return [
    ...coming,
    ...removed.map((key) => row('removed', key, '')),
    ...skipped.map((key) => row('skipped', key, '')),
  ];
}
