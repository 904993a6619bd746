import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { connectorQuery } from '../api/connectors';
import { AnchorLink } from './links';

/** What a document or message went through: a connector by its name, or what is built in. */
export function ViaConnector({
  connectorId,
  builtIn,
}: {
  readonly connectorId: string | null;
  readonly builtIn: string;
}) {
  if (connectorId === null) return <Text size="sm">{builtIn}</Text>;
  return <ConnectorLink id={connectorId} />;
}

function ConnectorLink({ id }: { readonly id: string }) {
  // Rows of one connector share one request, and its answer.
  const { data } = useQuery({ ...connectorQuery(id), staleTime: 60_000 });
  return (
    <AnchorLink to="/settings/integrations/connectors/$id" params={{ id }} size="sm">
      {data?.name ?? 'Connector'}
    </AnchorLink>
  );
}
