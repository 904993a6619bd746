import { Button, Group, Stack, Switch, Text } from '@mantine/core';
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
import { ACTIVITY } from './status-words';
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
  const activation = useActivation(connector);
  const explanationId = useId();
  const canChange = isAdminOf(session, connector.organization_id);
  const reason = whyNotActive(connector, canChange);
  const category = categories?.find(({ key }) => key === connector.category);
  return (
    <Stack gap={6} maw={440} role="group" aria-label="Use">
      <Group gap="sm">
        <Switch
          label={ACTIVITY.true}
          checked={activation.isPending ? activation.variables : connector.is_enabled}
          // Not disabled when it cannot be used: it says why, also to who comes by keyboard.
          aria-disabled={reason !== null}
          aria-describedby={explanationId}
          onChange={(event) => {
            if (reason === null && !activation.isPending) activation.mutate(event.currentTarget.checked);
          }}
        />
        {canChange && <DefaultButton connector={connector} />}
        {canChange && (
          <Button
            variant="subtle"
            color="red"
            size="xs"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={deletion.open}
          >
            Delete
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed" mih={44} id={explanationId} role="status">
        {categories && [routingSentence(connector, category), reason].filter(Boolean).join(' ')}
      </Text>
      <ProblemAlert error={activation.error} title="That could not be switched" />
      {isDeleting && <DeleteDialog connector={connector} onClose={deletion.close} />}
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
