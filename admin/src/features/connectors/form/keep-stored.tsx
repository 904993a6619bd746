import { Button } from '@mantine/core';
import { keepStored } from './form-edits';
import type { Row } from './form-values';
import type { ConnectorForm } from './use-connector-form';

interface Props {
  readonly form: ConnectorForm;
  readonly row: Row;
  readonly label: string;
  /** What stands there: a value or a file. */
  readonly what?: string;
  readonly onKept?: () => void;
}

/** The way back from replacing what is stored; there is none when it must be typed again. */
export function KeepStored({ form, row, label, what = 'value', onKept }: Props) {
  if (row.stored?.is_set !== true || form.retyped.includes(row)) return null;
  return (
    <div>
      <Button
        variant="subtle"
        size="compact-xs"
        aria-label={`Keep the stored ${what} of ${label}`}
        onClick={() => {
          onKept?.();
          form.edit(keepStored(row.id), row.id);
        }}
      >
        Keep the stored {what}
      </Button>
    </div>
  );
}

/** Whether a stored secret shows as such, and no input in its place. */
export function isStoredShown({ retyped }: ConnectorForm, row: Row): boolean {
  return row.stored?.is_set === true && row.mode !== 'set' && !retyped.includes(row);
}

/** Whether an input was just opened by Replace: the button that had the focus is gone. */
export function isJustOpened({ retyped }: ConnectorForm, row: Row): boolean {
  return row.stored?.is_set === true && row.mode === 'set' && row.value === '' && !retyped.includes(row);
}
