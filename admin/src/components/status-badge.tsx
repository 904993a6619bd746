import { Badge, Tooltip } from '@mantine/core';
import type { Schemas } from '../api/client';

type Connector = Pick<Schemas['ConnectorResponse'], 'status' | 'is_enabled' | 'status_message'>;

interface Look {
  readonly label: string;
  readonly color: string;
  readonly meaning: string;
}

const LOOKS = {
  draft: { label: 'Draft', color: 'gray', meaning: 'Not tested since it was last changed' },
  connected: { label: 'Connected', color: 'teal', meaning: 'The last test passed; not activated' },
  active: { label: 'Active', color: 'green', meaning: 'Tested and activated' },
  error: { label: 'Error', color: 'red', meaning: 'The last test failed' },
} as const satisfies Record<string, Look>;

/** The state of a connector by word and colour, never by colour alone. */
export function StatusBadge({ connector }: { readonly connector: Connector }) {
  const { label, color, meaning } = LOOKS[lookOf(connector)];
  return (
    <Tooltip label={connector.status_message ?? meaning} multiline maw={360}>
      <Badge color={color}>{label}</Badge>
    </Tooltip>
  );
}

function lookOf({ status, is_enabled }: Connector): keyof typeof LOOKS {
  return status === 'connected' && is_enabled ? 'active' : status;
}
