import type { Connector, ConnectorParam } from '../../../api/connectors';
import { entriesOf } from './form-entries';
import { initialValues, isRowSet, isSecretRow, type FormValues, type Row, type Schema } from './form-values';

/** What one side made of a key since the form was opened. */
export interface Change {
  readonly kind: 'same' | 'added' | 'changed' | 'removed';
  /** What stands there now; `null` for a secret, which is not shown. */
  readonly text: string | null;
}

export interface ConflictRow {
  readonly key: string;
  readonly label: string;
  readonly mine: Change;
  readonly theirs: Change;
}

/** What the form was opened with, what the user made of it, and what is stored meanwhile. */
export interface Versions {
  readonly schema: Schema;
  readonly base: Connector;
  readonly mine: FormValues;
  readonly theirs: Connector;
}

/** Every key that either side changed; empty when somebody changed nothing that this form shows. */
export function conflictRows(versions: Versions): ConflictRow[] {
  const { schema, base, mine, theirs } = versions;
  const keys = [...new Set([base, theirs].flatMap(({ param_ids }) => param_ids.map(({ key }) => key)))];
  const added = mine.rows.map(({ key }) => key).filter((key) => !keys.includes(key));
  const name = {
    key: 'name',
    label: 'Name',
    mine: textChange(base.name, mine.name),
    theirs: textChange(base.name, theirs.name),
  };
  const rows = [...keys, ...added].map((key) => ({
    key,
    label: schema.find((field) => field.key === key)?.label ?? key,
    mine: myChange(versions, key),
    theirs: paramChange(paramOf(base, key), paramOf(theirs, key)),
  }));
  return [name, ...rows].filter((row) => row.mine.kind !== 'same' || row.theirs.kind !== 'same');
}

/** The user's changes on top of what is stored meanwhile: only what he touched differs from it. */
export function rebase({ schema, base, mine, theirs }: Versions): FormValues {
  const fresh = initialValues(schema, theirs);
  const removed = keysOf(base).filter((key) => !mine.rows.some((row) => row.key === key));
  const kept = fresh.rows
    .filter(({ key, place }) => place === 'field' || !removed.includes(key))
    .map((row) => {
      const own = mine.rows.find(({ key, place }) => key === row.key && place === row.place);
      return own !== undefined && isTouched(schema, own) ? { ...own, id: row.id, stored: row.stored } : row;
    });
  const added = mine.rows.filter(
    (row) => row.place !== 'field' && isTouched(schema, row) && !fresh.rows.some(({ key }) => key === row.key),
  );
  return {
    name: mine.name === base.name ? theirs.name : mine.name,
    nextId: mine.nextId,
    rows: [...kept, ...added.map((row) => ({ ...row, stored: null, mode: 'set' as const }))],
  };
}

/** Whether both say the same of all that the form holds, so that a newer version number is no conflict. */
export function isSameContent(a: Connector, b: Connector): boolean {
  const plain = ({ name, param_ids }: Connector) => JSON.stringify([name, param_ids]);
  return plain(a) === plain(b);
}

function isTouched(schema: Schema, row: Row): boolean {
  if (row.mode === 'clear' || isRowSet(schema, row)) return true;
  return row.isSecret !== null && row.isSecret !== row.stored?.is_secret;
}

function myChange({ schema, base, mine }: Versions, key: string): Change {
  const row = mine.rows.find((candidate) => candidate.key === key);
  const isSent = row !== undefined && entriesOf(schema, mine).some(({ rowId }) => rowId === row.id);
  const isStored = paramOf(base, key) !== undefined;
  if (!isSent) return isStored ? { kind: 'removed', text: '' } : { kind: 'same', text: '' };
  const text = isSecretRow(schema, row) ? null : row.value;
  if (!isStored) return { kind: 'added', text };
  return { kind: isTouched(schema, row) ? 'changed' : 'same', text };
}

function paramChange(before: ConnectorParam | undefined, after: ConnectorParam | undefined): Change {
  if (after === undefined) return { kind: before === undefined ? 'same' : 'removed', text: '' };
  const text = after.is_secret ? null : (after.value ?? '');
  if (before === undefined) return { kind: 'added', text };
  return { kind: JSON.stringify(before) === JSON.stringify(after) ? 'same' : 'changed', text };
}

function textChange(before: string, after: string): Change {
  return { kind: before === after ? 'same' : 'changed', text: after };
}

function paramOf(connector: Connector, key: string): ConnectorParam | undefined {
  return connector.param_ids.find((param) => param.key === key);
}

function keysOf(connector: Connector): string[] {
  return connector.param_ids.map(({ key }) => key);
}
