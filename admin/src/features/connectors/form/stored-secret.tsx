import { Button, Group, Input, Text } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import { RelativeTime } from '../../../components/relative-time';
import { clearStored, keepStored, replaceStored } from './form-edits';
import type { Row } from './form-values';
import type { ConnectorForm } from './use-connector-form';
import classes from './form.module.css';

interface Props {
  readonly form: ConnectorForm;
  readonly row: Row;
  readonly label: string;
  readonly help?: ReactNode;
  readonly isRequired?: boolean;
  /** What stands there: a value or a file. */
  readonly what?: string;
  /** Takes the focus, because what had it is gone. */
  readonly isFocused?: boolean;
  /** false where the whole row can be removed. */
  readonly isClearable?: boolean;
}

/** A secret that is stored: when it was set, and what can be done about it. */
export function StoredSecret({
  form,
  row,
  label,
  help,
  isRequired,
  what = 'Set',
  isFocused = false,
  isClearable = true,
}: Props) {
  const labelId = useId();
  const isCleared = row.mode === 'clear';
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      labelProps={{ id: labelId }}
      description={help}
      error={form.issueOf(row).value}
      withAsterisk={isRequired}
    >
      <Group className={classes.stored} role="group" aria-labelledby={labelId} gap="xs" justify="space-between" mt={4}>
        <Text size="sm" c={isCleared ? 'red' : undefined}>
          {isCleared ? (
            'Will be removed when you save'
          ) : (
            <>
              {what} <RelativeTime at={row.stored?.updated_at ?? null} />
            </>
          )}
        </Text>
        <Group gap={4}>
          {isCleared ? (
            <SmallButton verb="Keep" label={label} isFocused onClick={() => form.edit(keepStored(row.id), row.id)} />
          ) : (
            <>
              <SmallButton
                verb="Replace"
                label={label}
                isFocused={isFocused}
                onClick={() => form.edit(replaceStored(row.id), row.id)}
              />
              {isClearable && (
                <SmallButton verb="Clear" label={label} onClick={() => form.edit(clearStored(row.id), row.id)} />
              )}
            </>
          )}
        </Group>
      </Group>
    </Input.Wrapper>
  );
}

interface ButtonProps {
  readonly verb: string;
  readonly label: string;
  readonly isFocused?: boolean;
  readonly onClick: () => void;
}

function SmallButton({ verb, label, isFocused = false, onClick }: ButtonProps) {
  return (
    <Button variant="subtle" size="compact-sm" aria-label={`${verb} ${label}`} autoFocus={isFocused} onClick={onClick}>
      {verb}
    </Button>
  );
}
