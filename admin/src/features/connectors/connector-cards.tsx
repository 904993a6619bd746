import { Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { ProviderLogo } from '../../components/provider-logo';
import { RelativeTime } from '../../components/relative-time';
import { ConnectorLink } from '../../components/connector-link';
import classes from './connectors-list.module.css';
import { InUse, ProviderName, type ListProps } from './connectors-table';
import { DefaultStar } from './default-star';
import { FailureLine } from './failure-reason';
import { StatusBadge } from './status-badge';
import { activityOf } from './status-words';

/** The list on a phone. */
export function ConnectorCards({ connectors, categoryOf, canChange }: ListProps) {
  return (
    <ul className={classes.list}>
      {connectors.map((connector) => (
        <Paper key={connector.id} component="li" withBorder p="sm" className={classes.card}>
          <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs">
            <Group gap="sm" wrap="nowrap" miw={0} align="flex-start">
              <ProviderLogo name={connector.provider.display_name} src={connector.provider.logo_url} />
              <Stack gap={2} miw={0}>
                <ConnectorLink id={connector.id} name={connector.name} fw={550} />
                <Text size="sm" c="dimmed" component="div">
                  {categoryOf(connector.category)} · <ProviderName provider={connector.provider} />
                </Text>
              </Stack>
            </Group>
            <DefaultStar connector={connector} category={categoryOf(connector.category)} canChange={canChange} />
          </Group>
          <Group gap="xs" mt="sm">
            <StatusBadge status={connector.status} />
            {connector.is_routing && <InUse />}
            <Text size="xs" c="dimmed">
              {activityOf(connector)}
            </Text>
          </Group>
          <FailureLine connector={connector} />
          <Text size="xs" c="dimmed" mt={6}>
            Tested: <RelativeTime at={connector.last_tested_at} />
          </Text>
        </Paper>
      ))}
    </ul>
  );
}

export function ConnectorCardsSkeleton() {
  return (
    <div className={classes.list}>
      {Array.from({ length: 5 }, (_, card) => (
        <Skeleton key={card} className={classes.card} height={124} />
      ))}
    </div>
  );
}
