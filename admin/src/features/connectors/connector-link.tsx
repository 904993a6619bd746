import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';

/** The name of a connector, which leads to it. */
export function ConnectorLink({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <Anchor
      renderRoot={(props) => <Link to="/settings/integrations/connectors/$id" params={{ id }} {...props} />}
      fw={550}
      style={{ overflowWrap: 'anywhere' }}
    >
      {name}
    </Anchor>
  );
}
