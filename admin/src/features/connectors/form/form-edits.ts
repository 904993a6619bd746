import type { FormValues, Row } from './form-values';

/** What the user can do to the form. Each makes new values of the old ones. */
export type Edit = (values: FormValues) => FormValues;

export const setName =
  (name: string): Edit =>
  (values) => ({ ...values, name });

export const setValue = (id: string, value: string): Edit => change(id, { value, mode: 'set', file: null });

export const setFile = (id: string, file: Row['file']): Edit => change(id, { file, value: '', mode: 'set' });

/** Leaves what is stored; what was typed is gone. */
export const keepStored = (id: string): Edit => change(id, { value: '', mode: 'keep', file: null });

/** Opens a stored secret for another value. */
export const replaceStored = (id: string): Edit => change(id, { value: '', mode: 'set', file: null });

export const clearStored = (id: string): Edit => change(id, { value: '', mode: 'clear', file: null });

export const setKey = (id: string, key: string): Edit => change(id, { key });

/** A secret that shall be shown from now on must be typed again: nobody can read it. */
export const setSecret =
  (id: string, isSecret: boolean): Edit =>
  (values) =>
    change(id, (row) => ({
      isSecret,
      ...(!isSecret && row.stored?.is_secret === true && { mode: 'set' as const }),
    }))(values);

/** @param key what the key begins with: a map's prefix, or nothing. */
export const addRow =
  (place: 'map' | 'free', key: string): Edit =>
  (values) => ({
    ...values,
    nextId: values.nextId + 1,
    rows: [
      ...values.rows,
      {
        id: `new-${String(values.nextId)}`,
        key,
        place,
        value: '',
        mode: 'set',
        file: null,
        isSecret: null,
        stored: null,
      },
    ],
  });

export const removeRow =
  (id: string): Edit =>
  (values) => ({ ...values, rows: values.rows.filter((row) => row.id !== id) });

/** Changes places with the neighbour above (-1) or below (1) among the undeclared params. */
export const moveRow =
  (id: string, by: -1 | 1): Edit =>
  (values) => {
    const places = values.rows.flatMap((row, index) => (row.place === 'free' ? [index] : []));
    const at = places.findIndex((index) => values.rows[index]?.id === id);
    const [from, to] = [places[at], places[at + by]];
    if (from === undefined || to === undefined) return values;
    const rows = [...values.rows];
    [rows[from], rows[to]] = [rows[to] as Row, rows[from] as Row];
    return { ...values, rows };
  };

function change(id: string, what: Partial<Row> | ((row: Row) => Partial<Row>)): Edit {
  return (values) => ({
    ...values,
    rows: values.rows.map((row) =>
      row.id === id ? { ...row, ...(typeof what === 'function' ? what(row) : what) } : row,
    ),
  });
}
