import { Text } from '@mantine/core';
import type { Connector } from '../../api/connectors';
import { AnchorLink } from '../../components/links';

type Tested = Pick<Connector, 'id' | 'status' | 'status_message'>;

/** Why the last test failed; nothing while it did not. */
export function FailureReason({ connector: { id, status, status_message } }: { readonly connector: Tested }) {
  if (status !== 'error') return null;
  return (
    <Text size="sm" c="red" mt={4} style={{ overflowWrap: 'anywhere' }}>
      {status_message} ·{' '}
      <AnchorLink
        to="/settings/integrations/connectors/$id"
        params={{ id }}
        search={{ tab: 'tests' }}
        underline="always"
      >
        See the tests
      </AnchorLink>
    </Text>
  );
}

/** The same in one line of a list; the whole of it is on the connector's page. */
export function FailureLine({ connector: { status, status_message } }: { readonly connector: Tested }) {
  if (status !== 'error' || status_message === null) return null;
  return (
    <Text size="xs" c="dimmed" truncate title={status_message}>
      {status_message}
    </Text>
  );
}
