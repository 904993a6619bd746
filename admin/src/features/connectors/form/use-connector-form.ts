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
  readonly isDirty: boolean;
  readonly nameError: string | undefined;
  /** Rows whose secret must be typed again because the address changes. */
  readonly retyped: readonly Row[];
  readonly issueOf: (row: Row) => RowIssue;
  readonly edit: (edit: Edit, rowId?: string) => void;
  readonly touch: (rowId: string) => void;
  /** @returns what to send, or `null` when the form shows errors instead. */
  readonly ready: () => SentEntry[] | null;
  /** @returns whether every part of the refusal has its place in the form. */
  readonly refuse: (error: unknown, sent: readonly SentEntry[]) => boolean;
  /** Starts again from a record: what was typed is forgotten, unless `values` are given. */
  readonly load: (connector: Connector | null, values?: FormValues) => void;
  readonly draft: () => ParamEntry[];
}

/** State of the form of one connector; the rules are pure functions beside this file. */
export function useConnectorForm(schema: Schema, connector: Connector | null, firstName = ''): ConnectorForm {
  const [state, setState] = useState<State>(() => {
    const values = initialValues(schema, connector);
    return fresh(connector, connector ? values : { ...values, name: firstName });
  });
  const { base, values, touched, isTried, refusal } = state;
  const initial = useMemo(
    () => (base ? initialValues(schema, base) : { ...initialValues(schema, null), name: firstName }),
    [schema, base, firstName],
  );
  const isDirty = useMemo(() => !isSameForm(schema, values, initial), [schema, values, initial]);
  const issues = useMemo(() => issuesOf(schema, values), [schema, values]);
  const retyped = useMemo(() => mustRetype(schema, values), [schema, values]);

  if (connector !== null && base !== null && connector.version > base.version) {
    // Not a conflict: nothing is typed, or the newer version only moved what this form does not hold.
    if (!isDirty) setState(fresh(connector, initialValues(schema, connector)));
    else if (isSameContent(connector, base)) setState({ ...state, base: connector });
  }

  const isVisible = (row: Row) => isTried || touched.has(row.id);
  return {
    schema,
    base,
    values,
    isDirty,
    retyped,
    nameError: refusal?.name ?? (isTried || touched.has('name') ? (nameIssue(values.name) ?? undefined) : undefined),
    issueOf: (row) => ({ ...(isVisible(row) && issues.get(row.id)), ...refusal?.rows.get(row.id) }),
    edit: (edit, rowId) => setState((old) => edited(old, edit, rowId)),
    touch: (rowId) => setState((old) => ({ ...old, touched: new Set([...old.touched, rowId]) })),
    ready: () => {
      if (issues.size === 0 && nameIssue(values.name) === null) return entriesOf(schema, values);
      setState((old) => ({ ...old, isTried: true }));
      return null;
    },
    refuse: (error, sent) => {
      if (!(error instanceof ApiError)) return false;
      const sorted = sortRefusal(error.issues, sent, schema);
      setState((old) => ({ ...old, isTried: true, refusal: sorted }));
      return !sorted.hasRest;
    },
    load: (loaded, given) => setState(fresh(loaded, given ?? initialValues(schema, loaded))),
    draft: () => draftEntriesOf(schema, values, base),
  };
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
