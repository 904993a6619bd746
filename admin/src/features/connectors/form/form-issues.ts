import type { ConfigField } from '../../../api/connectors';
import type { ProblemIssue } from '../../../api/problem';
import { checkFieldValue, checkKey, checkText, sentence } from './field-rules';
import type { SentEntry } from './form-entries';
import { fieldOf, isRowSet, isSecretRow, isShown, type FormValues, type Row, type Schema } from './form-values';
import { mustRetype } from './target-change';

/** What is wrong with a row: with its key, or with anything else of it. */
export interface RowIssue {
  readonly key?: string;
  readonly value?: string;
}

export type RowIssues = ReadonlyMap<string, RowIssue>;

/** What can be said before anything is sent. Missing values are no issue: a draft may be incomplete. */
export function issuesOf(schema: Schema, values: FormValues): RowIssues {
  const retyped = new Set(mustRetype(schema, values).map(({ id }) => id));
  const found = new Map<string, RowIssue>();
  for (const row of values.rows) {
    const key = row.place === 'field' ? null : keyIssue(schema, values, row);
    const value = retyped.has(row.id) ? RETYPE : valueIssue(schema, values, row);
    if (key !== null || value !== null)
      found.set(row.id, { ...(key !== null && { key }), ...(value !== null && { value }) });
  }
  return found;
}

export const RETYPE = 'Type it again: the address that it was entered for changes';
export const LOWERED = 'Type it again: what was a secret cannot be read back';

export function nameIssue(name: string): string | null {
  if (name.trim() === '') return 'A name is needed';
  if (name.length > 255) return 'At most 255 characters';
  return /^\P{Cc}*$/u.test(name) ? null : 'No control characters';
}

function keyIssue(schema: Schema, values: FormValues, row: Row): string | null {
  const field = fieldOf(schema, row);
  const name = field === undefined ? row.key : row.key.slice(field.key.length + 1);
  if (field !== undefined && name.includes('.')) return 'One name without dots';
  if (name === '') return field === undefined ? 'A key is needed' : 'A name is needed';
  // Declared fields that hold nothing are not sent, but their keys are taken.
  const others = values.rows.filter(({ id }) => id !== row.id).map(({ key }) => key);
  return checkKey(row.key, others);
}

function valueIssue(schema: Schema, values: FormValues, row: Row): string | null {
  const field = fieldOf(schema, row);
  if (field !== undefined && !isShown(schema, values, field)) return null;
  const isSecret = isSecretRow(schema, row);
  if (row.value === '') return isLowered(row, isSecret) ? LOWERED : null;
  if (!isRowSet(schema, row) || row.file !== null) return null;
  const reason = misfitOf(field, row.value, isSecret);
  return reason === null ? null : sentence(field?.label ?? row.key, reason);
}

function isLowered({ stored }: Row, isSecret: boolean): boolean {
  return !isSecret && stored?.is_secret === true;
}

/** @returns which rule a value breaks, in the words of the server. */
function misfitOf(field: ConfigField | undefined, value: string, isSecret: boolean): string | null {
  if (field === undefined) return checkText(value, isSecret);
  return checkText(value, isSecret && field.type !== 'url') ?? checkFieldValue(field, value);
}

/** A refusal of the server, sorted to the rows that it names. */
export interface Refusal {
  readonly rows: RowIssues;
  readonly name: string | undefined;
  /** Whether anything of it has no place in the form. */
  readonly hasRest: boolean;
}

const ENTRY = /^\/param_ids\/(\d+)(?:\/(\w+))?$/;

/** @param sent the entries of the request that was refused. */
export function sortRefusal(issues: readonly ProblemIssue[], sent: readonly SentEntry[], schema: Schema): Refusal {
  const rows = new Map<string, RowIssue>();
  let name: string | undefined;
  let hasRest = issues.length === 0;
  for (const issue of issues) {
    const [, index, member] = ENTRY.exec(issue.pointer) ?? [];
    const entry = index === undefined ? undefined : sent[Number(index)];
    if (entry) {
      const text = issue.code === 'secret_required' ? RETYPE : sentence(labelOf(schema, entry), issue.message);
      rows.set(entry.rowId, { ...rows.get(entry.rowId), [member === 'key' ? 'key' : 'value']: text });
    } else if (issue.pointer === '/name') name = sentence('The name', issue.message);
    else hasRest = true;
  }
  return { rows, name, hasRest };
}

function labelOf(schema: Schema, { entry }: SentEntry): string {
  return schema.find(({ key }) => key === entry.key)?.label ?? entry.key;
}
