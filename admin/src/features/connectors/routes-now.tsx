import { Badge, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { categoriesQuery, type Category } from '../../api/connector-categories';
import { ProblemAlert } from '../../components/problem-alert';
import { ConnectorLink } from '../../components/connector-link';
import classes from './connectors-list.module.css';
import { StatusBadge } from './status-badge';

/** So many categories the server has by itself; the skeleton has the height of as many. */
const USUAL = 3;

/** What each category goes through now, and what is built in. */
export function RoutesNow() {
  const { data, error, refetch } = useQuery(categoriesQuery);
  return (
    <Stack gap="xs" component="section" aria-label="In use now">
      <Title order={2}>In use now</Title>
      {error && !data ? (
        <ProblemAlert error={error} onRetry={() => void refetch()} />
      ) : (
        <Paper withBorder>
          <ul className={classes.routes} aria-busy={!data}>
            {data
              ? data.map((category) => <RouteRow key={category.key} category={category} />)
              : Array.from({ length: USUAL }, (_, row) => (
                  <li key={row} className={classes.route}>
                    <Skeleton height={16} width={80} />
                    <Skeleton height={16} />
                    <Skeleton height={16} />
                  </li>
                ))}
          </ul>
        </Paper>
      )}
    </Stack>
  );
}

function RouteRow({ category }: { readonly category: Category }) {
  return (
    <li className={classes.route}>
      <Text fw={600} size="sm">
        {category.display_name}
      </Text>
      <Text size="sm" component="div">
        <CurrentRoute category={category} />
      </Text>
      <Text size="xs" c="dimmed" component="div">
        <Besides category={category} />
      </Text>
    </li>
  );
}

function CurrentRoute({ category: { route, connector, built_in: adapter } }: { readonly category: Category }) {
  if (connector !== null)
    return (
      <Group gap="xs">
        <ConnectorLink id={connector.id} name={connector.name} fw={550} />
        {connector.status !== 'connected' && <StatusBadge status={connector.status} size="sm" />}
      </Group>
    );
  if (route === 'built_in' && adapter !== null) return <BuiltIn adapter={adapter} />;
  return <Text inherit>Nothing: no connector is default and active</Text>;
}

/** The built-in adapter where it is not what is used, else what it is. */
function Besides({ category: { route, built_in: adapter } }: { readonly category: Category }) {
  if (adapter === null) return 'Nothing built in';
  return (
    <>
      {route !== 'built_in' && <BuiltIn adapter={adapter} />}
      {adapter.description}
    </>
  );
}

function BuiltIn({ adapter }: { readonly adapter: NonNullable<Category['built_in']> }) {
  return (
    <Group gap={6}>
      <span>{adapter.name}</span>
      <Badge size="sm" color={adapter.available ? 'green' : 'gray'}>
        {adapter.available ? 'Built in, always on' : 'Built in, not set up'}
      </Badge>
    </Group>
  );
}
