import { ActionIcon, Text, TextInput, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useRef, type ReactNode } from 'react';
import { useCopy } from './use-copy';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly description?: ReactNode;
}

/** A value to take elsewhere, e.g. a redirect URI: read-only, with a copy button. */
export function CopyField({ label, value, description }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const { copy, isCopied, advice } = useCopy(value, () => {
    input.current?.focus();
    input.current?.select();
  });
  return (
    <div>
      <TextInput
        ref={input}
        label={label}
        description={description}
        value={value}
        readOnly
        onFocus={(event) => event.currentTarget.select()}
        rightSection={
          <Tooltip label={isCopied ? 'Copied' : 'Copy'}>
            <ActionIcon
              variant="subtle"
              onClick={() => void copy()}
              aria-label={isCopied ? `${label}: copied` : `Copy ${label}`}
            >
              {isCopied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            </ActionIcon>
          </Tooltip>
        }
      />
      <Text size="xs" mt={4} role="status">
        {advice}
      </Text>
    </div>
  );
}
