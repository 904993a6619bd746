import { Center, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useEffect, type ReactNode } from 'react';
import { useArrival } from '../../components/use-arrival';

interface Props {
  readonly title: string;
  readonly description?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of the pages before the sign-in. */
export function Entrance({ title, description, children }: Props) {
  const heading = useArrival();
  useEffect(() => {
    document.title = `${title} · EDE Connectors`;
  }, [title]);
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w="100%" maw={420}>
        <Stack>
          <Group gap={8}>
            <IconPlugConnected size={22} aria-hidden />
            <Text fw={650}>EDE Connectors</Text>
          </Group>
          <Title ref={heading} order={1} tabIndex={-1}>
            {title}
          </Title>
          {description !== undefined && (
            <Text size="sm" c="dimmed">
              {description}
            </Text>
          )}
          {children}
        </Stack>
      </Paper>
    </Center>
  );
}
