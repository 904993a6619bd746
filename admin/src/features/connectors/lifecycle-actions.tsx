import { Button, Group, Paper, Stack, Switch, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { IconStar, IconStarFilled, IconTrash } from '@tabler/icons-react';
import { useId } from 'react';
import { categoriesQuery } from '../../api/connector-categories';
import type { Connector } from '../../api/connectors';
import { isAdminOf, sessionQuery } from '../../api/session';
import { ProblemAlert } from '../../components/problem-alert';
import { DeleteDialog } from './delete-dialog';
import { routingSentence, whyNotActive } from './lifecycle-words';
import { useDefault } from './use-default';
import { useActivation } from './use-lifecycle';

interface Props {
  readonly connector: Connector;
}

/** Activate, deactivate, default and delete of one connector. */
export function LifecycleActions({ connector }: Props) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const { data: categories } = useQuery(categoriesQuery);
  const [isDeleting, deletion] = useDisclosure(false);
  const canChange = isAdminOf(session, connector.organization_id);
  const category = categories?.find(({ key }) => key === connector.category);
  return (
    <Paper withBorder p="md" component="section" aria-label="Use">
      <Stack gap="sm">
        <div>
          <Title order={2}>Use</Title>
          <Text size="sm" c="dimmed" mih={20} role="status">
            {categories && routingSentence(connector, category)}
          </Text>
        </div>
        <ActiveSwitch connector={connector} canChange={canChange} />
        {canChange && (
          <Group gap="xs">
            <DefaultButton connector={connector} />
            <Button
              variant="subtle"
              color="red"
              size="xs"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={deletion.open}
            >
              Delete
            </Button>
          </Group>
        )}
      </Stack>
      {isDeleting && <DeleteDialog connector={connector} onClose={deletion.close} />}
    </Paper>
  );
}

/** Not disabled when it cannot be used: it says why, also to who comes by keyboard. */
function ActiveSwitch({ connector, canChange }: Props & { readonly canChange: boolean }) {
  const activation = useActivation(connector);
  const reasonId = useId();
  const reason = whyNotActive(connector, canChange);
  const isOn = activation.isPending ? activation.variables : connector.is_enabled;
  return (
    <Stack gap={4}>
      <Switch
        label="Active"
        checked={isOn}
        aria-disabled={reason !== null}
        aria-describedby={reason === null ? undefined : reasonId}
        color={reason === null ? undefined : 'gray'}
        onChange={(event) => {
          if (reason === null && !activation.isPending) activation.mutate(event.currentTarget.checked);
        }}
      />
      {reason !== null && (
        <Text size="sm" c="dimmed" id={reasonId}>
          {reason}
        </Text>
      )}
      <ProblemAlert error={activation.error} title="That could not be switched" />
    </Stack>
  );
}

function DefaultButton({ connector }: Props) {
  const choose = useDefault();
  const isDefault = connector.is_default;
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={isDefault ? <IconStarFilled size={16} aria-hidden /> : <IconStar size={16} aria-hidden />}
      onClick={() => choose.mutate({ connector, isDefault: !isDefault })}
    >
      {isDefault ? 'Stop being the default' : 'Make default'}
    </Button>
  );
}
