import type { ConfigField, Connector, ConnectorParam } from '../../../api/connectors';
import { soundsSecret } from './secret-words';

/** A param of the form: what is stored, and what the user made of it. */
export interface Row {
  /** Its identity while the page is open. */
  readonly id: string;
  readonly key: string;
  /** `field`: declared by the provider; `map`: a free name below a declared map; `free`: anything else. */
  readonly place: 'field' | 'map' | 'free';
  /** What is typed. A stored secret is never known here: it starts empty. */
  readonly value: string;
  /** `keep` leaves what is stored, `set` takes the typed value or the file, `clear` removes it. */
  readonly mode: 'keep' | 'set' | 'clear';
  /** An uploaded file that takes the place of a value. */
  readonly file: { readonly id: string; readonly name: string } | null;
  /** The user's choice for an undeclared key; `null` leaves it to the name. */
  readonly isSecret: boolean | null;
  readonly stored: ConnectorParam | null;
}

export interface FormValues {
  readonly name: string;
  /** Declared fields in the schema's order, then the others in theirs. */
  readonly rows: readonly Row[];
  readonly nextId: number;
}

export type Schema = readonly ConfigField[];

/** The form as the server knows the connector; `null` for one that was never saved. */
export function initialValues(schema: Schema, connector: Pick<Connector, 'name' | 'param_ids'> | null): FormValues {
  const params = connector?.param_ids ?? [];
  const single = schema.filter(({ type }) => type !== 'map');
  const declared = single.map((field) =>
    newRow(
      `field-${field.key}`,
      'field',
      field.key,
      params.find(({ key }) => key === field.key),
    ),
  );
  const others = params
    .filter(({ key }) => !single.some((field) => field.key === key))
    .map((param) => newRow(`stored-${param.key}`, mapOf(schema, param.key) ? 'map' : 'free', param.key, param));
  return { name: connector?.name ?? '', rows: [...declared, ...others], nextId: 1 };
}

function newRow(id: string, place: Row['place'], key: string, stored: ConnectorParam | undefined): Row {
  return {
    id,
    key,
    place,
    value: stored?.is_secret === true ? '' : (stored?.value ?? ''),
    mode: stored === undefined ? 'set' : 'keep',
    file: null,
    isSecret: null,
    stored: stored ?? null,
  };
}

/** The map that a key lies below. */
export function mapOf(schema: Schema, key: string): ConfigField | undefined {
  return schema.find((field) => field.type === 'map' && key.startsWith(`${field.key}.`));
}

/** The declared field that a row belongs to. */
export function fieldOf(schema: Schema, row: Pick<Row, 'key' | 'place'>): ConfigField | undefined {
  if (row.place === 'field') return schema.find(({ key }) => key === row.key);
  return row.place === 'map' ? mapOf(schema, row.key) : undefined;
}

export function isSecretRow(schema: Schema, row: Row): boolean {
  const field = fieldOf(schema, row);
  if (field) return field.secret || field.type === 'file' || row.stored?.is_secret === true;
  if (row.stored?.value_type === 'file') return true;
  return row.isSecret ?? row.stored?.is_secret ?? soundsSecret(row.key);
}

/** Whether saving brings a value or file for this row, other than the one that is stored. */
export function isRowSet(schema: Schema, row: Row): boolean {
  if (row.file !== null) return true;
  if (row.mode !== 'set') return false;
  // An input that was never filled in is not there; an empty secret keeps the stored one.
  if (row.place === 'field' && (row.stored === null || isSecretRow(schema, row))) return row.value !== '';
  if (row.stored?.is_secret === true) return row.value !== '';
  return row.stored === null || row.value !== (row.stored.value ?? '');
}

/** The value that counts for conditions and targets; `undefined` when it is not known here or there is none. */
export function effectiveValue(field: ConfigField | undefined, value: string | null | undefined): string | undefined {
  if (value !== undefined && value !== null && value !== '') return value;
  return field?.default === undefined ? undefined : String(field.default);
}

/** Whether a field's condition holds. */
export function isShown(schema: Schema, values: FormValues, field: ConfigField): boolean {
  const condition = field.shown_when;
  if (condition === undefined) return true;
  const controlling = effectiveValue(
    schema.find(({ key }) => key === condition.key),
    values.rows.find(({ place, key }) => place === 'field' && key === condition.key)?.value,
  );
  return controlling !== undefined && condition.in.includes(controlling);
}
