import { Text, type AnchorProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { connectorQuery } from '../api/connectors';
import { AnchorLink } from './links';

interface ViaProps {
  readonly connectorId: string | null;
  /** What is said where no connector is named. */
  readonly builtIn: string;
}

/** What a document or message went through: a connector by its name, or what is built in. */
export function ViaConnector({ connectorId, builtIn }: ViaProps) {
  if (connectorId === null) return <Text size="sm">{builtIn}</Text>;
  return <NamedConnector id={connectorId} />;
}

function NamedConnector({ id }: { readonly id: string }) {
  // Rows of one connector share one request, and its answer.
  const { data } = useQuery({ ...connectorQuery(id), staleTime: 60_000 });
  return <ConnectorLink id={id} name={data?.name ?? 'Connector'} size="sm" />;
}

interface LinkProps extends Pick<AnchorProps, 'size' | 'fw'> {
  readonly id: string;
  readonly name: string;
}

/** The name of a connector, which leads to it. */
export function ConnectorLink({ id, name, ...looks }: LinkProps) {
  return (
    <AnchorLink
      to="/settings/integrations/connectors/$id"
      params={{ id }}
      style={{ overflowWrap: 'anywhere' }}
      {...looks}
    >
      {name}
    </AnchorLink>
  );
}
