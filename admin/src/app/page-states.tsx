import { Anchor, Box, Center, Loader, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { Page } from '../components/page';
import { ProblemAlert } from '../components/problem-alert';

export function PageLoading() {
  return (
    <Center mih={240}>
      <Loader aria-label="Loading" />
    </Center>
  );
}

/** A page that could not be shown: says why and tries again; never a blank window. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const queries = useQueryClient();
  return (
    <Page title="This page could not be shown">
      <ProblemAlert
        error={error}
        onRetry={() => {
          void queries.resetQueries({ predicate: ({ state }) => state.status === 'error' });
          reset();
          void router.invalidate();
        }}
      />
    </Page>
  );
}

export function PageNotFound() {
  return (
    <Page title="There is no such page">
      <Stack gap="xs">
        <Text>The address may be mistyped, or what it showed was deleted.</Text>
        <Anchor component={Link} to="/settings/integrations/connectors">
          To the connectors
        </Anchor>
      </Stack>
    </Page>
  );
}

/** The same where the frame itself could not be shown, e.g. while the server is away. */
export function AppFailed(props: ErrorComponentProps) {
  return (
    <Box component="main" maw={720} mx="auto" p="lg">
      <PageFailed {...props} />
    </Box>
  );
}
