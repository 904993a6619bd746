import { Badge, Tooltip } from '@mantine/core';
import type { Connector } from '../../api/connectors';
import { STATUSES } from './status-words';

/** The state of a connector by word and colour, never by colour alone. */
export function StatusBadge({ status, size }: { readonly status: Connector['status']; readonly size?: 'sm' }) {
  const { label, color, meaning } = STATUSES[status];
  return (
    <Tooltip label={meaning}>
      <Badge color={color} size={size}>
        {label}
      </Badge>
    </Tooltip>
  );
}
