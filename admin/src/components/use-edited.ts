import { useState } from 'react';

interface Edited<Stored, Values> {
  /** What the form was made from: what others change meanwhile is not undone by a save of what differs from it. */
  readonly base: Stored;
  readonly values: Values;
  readonly isDirty: boolean;
  readonly setValues: (values: Values) => void;
  /** Starts anew from what is stored now. */
  readonly load: (stored: Stored) => void;
}

/** Values of a form over a record. A newer record is taken up as long as nothing is typed. */
export function useEdited<Stored, Values>(
  stored: Stored,
  valuesOf: (stored: Stored) => Values,
): Edited<Stored, Values> {
  const [base, setBase] = useState(stored);
  const [values, setValues] = useState(() => valuesOf(stored));
  const load = (loaded: Stored) => {
    setBase(loaded);
    setValues(valuesOf(loaded));
  };
  const isDirty = JSON.stringify(values) !== JSON.stringify(valuesOf(base));
  if (!isDirty && stored !== base) load(stored);
  return { base, values, isDirty, setValues, load };
}
