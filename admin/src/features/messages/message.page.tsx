import { Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { chatQuery } from '../../api/deliveries';
import { PageLoading } from '../../app/page-states';
import { AnchorLink } from '../../components/links';
import { Page } from '../../components/page';
import { ProblemAlert } from '../../components/problem-alert';
import { StaleAlert } from '../../components/stale-alert';
import { DeliveryFacts, Fact } from '../deliveries/delivery-facts';

const route = getRouteApi('/app/messages/$id');

export function MessagePage() {
  const { id } = route.useParams();
  const query = useQuery(chatQuery(id));
  const { data: message, error, refetch } = query;
  const back = <AnchorLink to="/messages">All messages</AnchorLink>;
  if (error && !message)
    return (
      <Page title="Message" description={back}>
        <ProblemAlert error={error} title="This message cannot be shown" onRetry={() => void refetch()} />
      </Page>
    );
  if (!message) return <PageLoading />;
  return (
    <Page title="Message" description={back}>
      <StaleAlert query={query} />
      <DeliveryFacts delivery={message}>
        <Fact label="To">{message.to ?? "The connector's own channel"}</Fact>
        {message.thread_id !== null && <Fact label="Thread">{message.thread_id}</Fact>}
      </DeliveryFacts>
      {message.text !== undefined && (
        <Stack gap="xs">
          <Title order={2}>Text</Title>
          <Paper withBorder p="md">
            <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {message.text}
            </Text>
          </Paper>
        </Stack>
      )}
    </Page>
  );
}
