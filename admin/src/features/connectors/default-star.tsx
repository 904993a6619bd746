import { ActionIcon } from '@mantine/core';
import { IconStar, IconStarFilled } from '@tabler/icons-react';
import type { Connector } from '../../api/connectors';
import { useDefault } from './use-default';

interface Props {
  readonly connector: Connector;
  /** e.g. "Storage". */
  readonly category: string;
  readonly canChange: boolean;
}

/** Filled for the default of the category. A click moves it here; it is given up on the connector's own page only. */
export function DefaultStar({ connector, category, canChange }: Props) {
  const choose = useDefault();
  const { is_default: isDefault, name } = connector;
  if (!canChange) return isDefault ? <IconStarFilled size={18} role="img" aria-label="Default" /> : null;
  return (
    <ActionIcon
      variant="subtle"
      color={isDefault ? undefined : 'gray'}
      // A tooltip a row would make a long list slow.
      title={isDefault ? `Default for ${category}` : `Make default for ${category}`}
      aria-label={`Default for ${category}: ${name}`}
      aria-pressed={isDefault}
      onClick={() => {
        if (!isDefault) choose.mutate({ connector, isDefault: true });
      }}
    >
      {isDefault ? <IconStarFilled size={18} /> : <IconStar size={18} />}
    </ActionIcon>
  );
}
