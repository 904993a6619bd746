import type { Connector, ParamEntry } from '../../../api/connectors';
import { fieldOf, isRowSet, isSecretRow, isShown, type FormValues, type Row, type Schema } from './form-values';
import { mustRetype } from './target-change';

/** An entry of `param_ids`, and the row that it comes from: so a pointer of a refusal finds its place. */
export interface SentEntry {
  readonly rowId: string;
  readonly entry: ParamEntry;
}

const STEP = 10;

/** The whole list of params as a save sends it. What is not changed goes without its value. */
export function entriesOf(schema: Schema, values: FormValues): SentEntry[] {
  const sequences = sequencesOf(schema, values.rows);
  const retyped = new Set(mustRetype(schema, values).map(({ id }) => id));
  return values.rows.flatMap((row) => {
    const field = fieldOf(schema, row);
    const isHidden = field !== undefined && !retyped.has(row.id) && !isShown(schema, values, field);
    const content = isHidden ? hiddenContent(row) : contentOf(schema, row);
    if (content === null) return [];
    const entry = { key: row.key, ...content, ...flagOf(row), ...sequences.get(row.id) };
    return [{ rowId: row.id, entry }];
  });
}

/** The same for a test of the draft, which borrows from the saved connector what the list leaves out. */
export function draftEntriesOf(schema: Schema, values: FormValues, base: Connector | null): ParamEntry[] {
  const entries = entriesOf(schema, values).map(({ entry }) => entry);
  const named = new Set(entries.map(({ key }) => key));
  const removed = (base?.param_ids ?? []).filter(({ key }) => !named.has(key));
  return [...entries, ...removed.map(({ key }) => ({ key, clear: true }))];
}

export function isSameForm(schema: Schema, a: FormValues, b: FormValues): boolean {
  return a.name === b.name && JSON.stringify(entriesOf(schema, a)) === JSON.stringify(entriesOf(schema, b));
}

type Content = Pick<ParamEntry, 'value' | 'value_type' | 'file_id'>;

/** A field whose condition does not hold keeps what is stored, whatever was typed before it was hidden. */
function hiddenContent(row: Row): Content | null {
  return row.stored === null ? null : {};
}

/** @returns `null` when the param shall not be there. */
function contentOf(schema: Schema, row: Row): Content | null {
  if (row.mode === 'clear') return null;
  if (row.file !== null) return { value_type: 'file', file_id: row.file.id };
  if (isRowSet(schema, row) && !isEmptied(schema, row)) return { value: row.value, value_type: 'text' };
  return row.stored === null || isEmptied(schema, row) ? null : {};
}

/** Emptying a declared field removes its param; a secret is only removed by saying so. */
function isEmptied(schema: Schema, row: Row): boolean {
  return row.place === 'field' && row.value === '' && !isSecretRow(schema, row) && row.stored?.value_type !== 'file';
}

function flagOf(row: Row): Pick<ParamEntry, 'is_secret'> {
  if (row.place !== 'free' || row.isSecret === null || row.isSecret === row.stored?.is_secret) return {};
  return { is_secret: row.isSecret };
}

/**
 * Numbers for rows that are new or whose order changed: declared ones by their place in the schema, the others rising
 * in the order of the form. All that already stands right keeps its number.
 */
function sequencesOf(schema: Schema, rows: readonly Row[]): ReadonlyMap<string, { sequence: number }> {
  const found = new Map<string, { sequence: number }>();
  rows
    .filter(({ place, stored }) => place === 'field' && stored === null)
    .forEach((row) => {
      const index = schema.findIndex(({ key }) => key === row.key);
      found.set(row.id, { sequence: (index + 1) * STEP });
    });
  const declared = rows.flatMap(({ stored, place }) => (place === 'field' && stored ? [stored.sequence] : []));
  let last: Last = { sequence: Math.max(schema.length * STEP, ...declared), stored: null };
  for (const row of rows.filter(({ place }) => place !== 'field')) {
    const sequence = nextSequence(row, last);
    if (sequence !== row.stored?.sequence) found.set(row.id, { sequence });
    last = { sequence, stored: row.stored };
  }
  return found;
}

interface Last {
  readonly sequence: number;
  readonly stored: Row['stored'];
}

/** Equal numbers are in the order of their ids, which rise with time. */
function nextSequence({ stored }: Row, last: Last): number {
  if (stored === null) return last.sequence + STEP;
  if (last.stored === null && last.sequence > 0) return stored.sequence;
  if (stored.sequence > last.sequence) return stored.sequence;
  const isTieInOrder =
    stored.sequence === last.sequence && last.stored !== null && (last.stored.id ?? '') < (stored.id ?? '');
  return isTieInOrder ? stored.sequence : last.sequence + STEP;
}
