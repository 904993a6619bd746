import { TextInput } from '@mantine/core';
import { useTypedText } from '../../components/use-typed-text';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onApply: (day: string) => void;
}

const TYPING_PAUSE_MS = 500;
/** While a year is typed, the input holds complete days of the years 2, 20 and 202. */
const COMPLETE = /^[1-9]\d{3}-\d{2}-\d{2}$/;

/** A day that is typed or picked; asked for once it is complete and nothing follows, or the input is left. */
export function DayFilter({ label, value, onApply }: Props) {
  const [day, type, ask] = useTypedText(
    value,
    (typed) => {
      if (typed === '' || COMPLETE.test(typed)) onApply(typed);
    },
    TYPING_PAUSE_MS,
  );
  return (
    <TextInput
      label={label}
      type="date"
      value={day}
      onChange={(event) => type(event.currentTarget.value)}
      onBlur={ask}
    />
  );
}
