import { Anchor, Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconExternalLink, IconServer } from '@tabler/icons-react';
import type { Category } from '../../api/connector-categories';
import type { ProviderType } from '../../api/connectors';
import { ProviderLogo } from '../../components/provider-logo';

interface Props {
  readonly type: ProviderType;
  readonly canAdd: boolean;
}

/** One provider of the catalog. */
export function ProviderCard({ type, canAdd }: Props) {
  const { category, provider_type: providerType, display_name: name } = type;
  return (
    <Paper withBorder p="md">
      <Stack gap="sm" h="100%" justify="space-between">
        <Stack gap="xs">
          <Group gap="sm" wrap="nowrap">
            <ProviderLogo name={name} src={type.logo_url} size={36} />
            <Title order={3} size="h4">
              {name}
            </Title>
          </Group>
          <Text size="sm">{type.description ?? `Connects to ${name}.`}</Text>
        </Stack>
        <Group justify="space-between" gap="xs" mih={30}>
          {type.docs_url === null ? <span /> : <DocsLink name={name} href={type.docs_url} />}
          {canAdd && (
            <Button
              size="xs"
              variant="default"
              aria-label={`Add ${name}`}
              renderRoot={(props) => (
                <Link
                  to="/settings/integrations/connectors/new/$category/$providerType"
                  params={{ category, providerType }}
                  {...props}
                />
              )}
            >
              Add
            </Button>
          )}
        </Group>
      </Stack>
    </Paper>
  );
}

function DocsLink({ name, href }: { readonly name: string; readonly href: string }) {
  return (
    <Anchor
      href={href}
      target="_blank"
      rel="noreferrer"
      size="sm"
      aria-label={`Documentation of ${name}, opens a new tab`}
    >
      Documentation <IconExternalLink size={14} aria-hidden style={{ verticalAlign: -2 }} />
    </Anchor>
  );
}

/** What works without any connector. */
export function BuiltInCard({ adapter }: { readonly adapter: NonNullable<Category['built_in']> }) {
  return (
    <Paper withBorder p="md" bg="var(--mantine-color-default-hover)">
      <Stack gap="xs">
        <Group gap="sm" wrap="nowrap">
          <IconServer size={36} stroke={1.3} aria-hidden />
          <Title order={3} size="h4">
            {adapter.name}
          </Title>
        </Group>
        <Text size="sm">{adapter.description}</Text>
        <Badge color={adapter.available ? 'green' : 'gray'}>
          {adapter.available ? 'Built in, always on' : 'Built in, not set up'}
        </Badge>
      </Stack>
    </Paper>
  );
}
