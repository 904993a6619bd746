import { useMemo, useState } from 'react';
import type { Connector, ParamEntry } from '../../../api/connectors';
import { ApiError } from '../../../api/problem';
import { isSameContent } from './form-conflict';
import type { Edit } from './form-edits';
import { draftEntriesOf, entriesOf, isSameForm, type SentEntry } from './form-entries';
import { issuesOf, nameIssue, sortRefusal, type Refusal, type RowIssue } from './form-issues';
import { initialValues, type FormValues, type Row, type Schema } from './form-values';
import { mustRetype } from './target-change';

interface State {
  /** What the values were made from; `null` while it was never saved. */
  readonly base: Connector | null;
  readonly values: FormValues;
  /** Rows that were left once: their errors are shown while typing goes on elsewhere. */
  readonly touched: ReadonlySet<string>;
  /** After a try to save every error is shown. */
  readonly isTried: boolean;
  readonly refusal: Refusal | null;
}

export interface ConnectorForm {
  readonly schema: Schema;
  readonly base: Connector | null;
  readonly values: FormValues;
  /** Whether anything would be lost with the page: a change, or a file that is still on its way. */
  readonly isDirty: boolean;
  /** Whether a file is still on its way: nothing is saved without it. */
  readonly isUploading: boolean;
  readonly nameError: string | undefined;
  /** Rows whose secret must be typed again because the address changes. */
  readonly retyped: readonly Row[];
  readonly issueOf: (row: Row) => RowIssue;
  readonly edit: (edit: Edit, rowId?: string) => void;
  readonly touch: (rowId: string) => void;
  /**
   * @param values what is about to be loaded; else what the form holds.
   * @returns what to send, or `null` when the form shows errors instead.
   */
  readonly ready: (values?: FormValues) => SentEntry[] | null;
  /** @returns whether every part of the refusal has its place in the form. */
  readonly refuse: (error: unknown, sent: readonly SentEntry[]) => boolean;
  /** Starts again from a record: what was typed is forgotten, unless `values` are given. */
  readonly load: (connector: Connector | null, values?: FormValues) => void;
  readonly draft: () => ParamEntry[];
  /** Told of each upload that begins (1) or ends (-1). */
  readonly countUpload: (by: 1 | -1) => void;
}

/** State of the form of one connector; the rules are pure functions beside this file. */
export function useConnectorForm(schema: Schema, connector: Connector | null, firstName = ''): ConnectorForm {
  const [state, setState] = useState<State>(() => fresh(connector, firstValues(schema, connector, firstName)));
  const { base, values } = state;
  const initial = useMemo(() => firstValues(schema, base, firstName), [schema, base, firstName]);
  const [uploads, setUploads] = useState(0);
  const isChanged = useMemo(() => !isSameForm(schema, values, initial), [schema, values, initial]);
  const isDirty = isChanged || uploads > 0;
  const issues = useMemo(() => issuesOf(schema, values), [schema, values]);
  const retyped = useMemo(() => mustRetype(schema, values), [schema, values]);

  const newer = followed(schema, state, connector, isDirty);
  if (newer !== null) setState(newer);

  return {
    schema,
    base,
    values,
    isDirty,
    isUploading: uploads > 0,
    retyped,
    nameError: nameErrorOf(state),
    issueOf: (row) => ({ ...(isVisible(state, row.id) && issues.get(row.id)), ...state.refusal?.rows.get(row.id) }),
    edit: (edit, rowId) => setState((old) => edited(old, edit, rowId)),
    touch: (rowId) => setState((old) => ({ ...old, touched: new Set([...old.touched, rowId]) })),
    ready: (given = values) => {
      if (isFit(schema, given)) return entriesOf(schema, given);
      setState((old) => ({ ...old, isTried: true }));
      return null;
    },
    refuse: (error, sent) => {
      if (!(error instanceof ApiError)) return false;
      const refusal = sortRefusal(error.issues, sent, schema);
      setState((old) => ({ ...old, isTried: true, refusal }));
      return !refusal.hasRest;
    },
    load: (loaded, given) => setState(fresh(loaded, given ?? initialValues(schema, loaded))),
    draft: () => draftEntriesOf(schema, values, base),
    countUpload: (by) => setUploads((count) => count + by),
  };
}

function firstValues(schema: Schema, connector: Connector | null, firstName: string): FormValues {
  const values = initialValues(schema, connector);
  return connector === null ? { ...values, name: firstName } : values;
}

/** @returns the state on a newer version of the record, `null` to stay: what is typed must not be lost unseen. */
function followed(schema: Schema, state: State, connector: Connector | null, isDirty: boolean): State | null {
  if (connector === null || state.base === null || connector.version <= state.base.version) return null;
  // Not a conflict: nothing is typed, or the newer version only moved what this form does not hold.
  if (!isDirty) return fresh(connector, initialValues(schema, connector));
  return isSameContent(connector, state.base) ? { ...state, base: connector } : null;
}

function isVisible({ isTried, touched }: State, rowId: string): boolean {
  return isTried || touched.has(rowId);
}

function nameErrorOf(state: State): string | undefined {
  if (state.refusal?.name !== undefined) return state.refusal.name;
  return isVisible(state, 'name') ? (nameIssue(state.values.name) ?? undefined) : undefined;
}

function isFit(schema: Schema, values: FormValues): boolean {
  return issuesOf(schema, values).size === 0 && nameIssue(values.name) === null;
}

function fresh(base: Connector | null, values: FormValues): State {
  return { base, values, touched: new Set(), isTried: false, refusal: null };
}

/** What the server said of a row holds until the row is changed. */
function edited(state: State, edit: Edit, rowId: string | undefined): State {
  const values = edit(state.values);
  if (state.refusal === null) return { ...state, values };
  const rows = new Map(state.refusal.rows);
  if (rowId === undefined) return { ...state, values, refusal: { ...state.refusal, name: undefined } };
  rows.delete(rowId);
  return { ...state, values, refusal: { ...state.refusal, rows } };
}
