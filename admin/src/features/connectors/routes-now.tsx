import { Badge, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { categoriesQuery, type Category } from '../../api/connector-categories';
import { ProblemAlert } from '../../components/problem-alert';
import { ConnectorLink } from './connector-link';
import classes from './connectors-list.module.css';

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
      <CurrentRoute category={category} />
      <BuiltIn category={category} />
    </li>
  );
}

function CurrentRoute({ category: { route, connector, built_in } }: { readonly category: Category }) {
  if (connector !== null)
    return (
      <Group gap="xs">
        <ConnectorLink id={connector.id} name={connector.name} />
        {connector.status !== 'connected' && (
          <Badge color={connector.status === 'error' ? 'red' : 'yellow'} size="sm">
            {connector.status === 'error' ? 'Last test failed' : 'Not tested'}
          </Badge>
        )}
      </Group>
    );
  if (route === 'built_in') return <Text size="sm">{built_in?.name}</Text>;
  return (
    <Text size="sm" c="dimmed">
      Nothing: no connector is default and active
    </Text>
  );
}

function BuiltIn({ category: { built_in: adapter } }: { readonly category: Category }) {
  if (adapter === null)
    return (
      <Text size="xs" c="dimmed">
        Nothing built in
      </Text>
    );
  return (
    <div>
      <Group gap={6}>
        <Text size="xs" fw={600} component="span">
          {adapter.name}
        </Text>
        <Badge size="xs" color={adapter.available ? 'green' : 'gray'}>
          {adapter.available ? 'Built in, always on' : 'Built in, not set up'}
        </Badge>
      </Group>
      <Text size="xs" c="dimmed">
        {adapter.description}
      </Text>
    </div>
  );
}
