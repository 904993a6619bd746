import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { useArrival } from './use-arrival';

interface Props {
  readonly title: string;
  /** Before the title, e.g. a logo. */
  readonly lead?: ReactNode;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of every page: one h1, which is also the window's title and takes the focus of who comes here. */
export function Page({ title, lead, description, actions, children }: Props) {
  const heading = useArrival();
  useEffect(() => {
    document.title = `${title} · EDE Connectors`;
  }, [title]);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Group gap="sm" wrap="nowrap" miw={0}>
          {lead}
          <Box miw={0}>
            <Title ref={heading} order={1} tabIndex={-1} style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            {description !== undefined && (
              <Text component="div" c="dimmed" size="sm" mt={2}>
                {description}
              </Text>
            )}
          </Box>
        </Group>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
