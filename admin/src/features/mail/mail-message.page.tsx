import { Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { mailQuery, type Mail } from '../../api/deliveries';
import { PageLoading } from '../../app/page-states';
import { formatBytes } from '../../components/bytes';
import { DocumentLink } from '../../components/document-link';
import { AnchorLink } from '../../components/links';
import { Page } from '../../components/page';
import { ProblemAlert } from '../../components/problem-alert';
import { StaleAlert } from '../../components/stale-alert';
import { DeliveryFacts, Fact } from '../deliveries/delivery-facts';

const route = getRouteApi('/app/mail/$id');

export function MailMessagePage() {
  const { id } = route.useParams();
  const query = useQuery(mailQuery(id));
  const { data: mail, error, refetch } = query;
  if (error && !mail) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!mail) return <PageLoading />;
  return (
    <Page
      title={mail.subject === '' ? 'No subject' : mail.subject}
      description={<AnchorLink to="/mail">All mail</AnchorLink>}
    >
      <StaleAlert query={query} />
      <DeliveryFacts delivery={mail}>
        <Fact label="To">{mail.to.join(', ')}</Fact>
        {mail.cc.length > 0 && <Fact label="Cc">{mail.cc.join(', ')}</Fact>}
        {mail.bcc !== undefined && mail.bcc.length > 0 && <Fact label="Bcc">{mail.bcc.join(', ')}</Fact>}
      </DeliveryFacts>
      <Content mail={mail} />
    </Page>
  );
}

/** Members of the organization are not given it. Markup is shown as text: mail of others is not run here. */
function Content({ mail }: { readonly mail: Mail }) {
  const { text, html, attachments = [] } = mail;
  const body = text ?? html;
  return (
    <>
      {body !== undefined && body !== null && (
        <Stack gap="xs">
          <Title order={2}>{text === null ? 'HTML source' : 'Text'}</Title>
          <Paper withBorder p="md">
            <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {body}
            </Text>
          </Paper>
        </Stack>
      )}
      {attachments.length > 0 && (
        <Stack gap="xs">
          <Title order={2}>Attachments</Title>
          {attachments.map(({ document_id, name, size }, index) => (
            <Text key={document_id ?? index} size="sm">
              {document_id === null ? `${name} (deleted)` : <DocumentLink id={document_id} name={name} />}
              {`, ${formatBytes(size)}`}
            </Text>
          ))}
        </Stack>
      )}
    </>
  );
}

function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  return (
    <Page title="Mail" description={<AnchorLink to="/mail">All mail</AnchorLink>}>
      <ProblemAlert error={error} title="This mail cannot be shown" onRetry={onRetry} />
    </Page>
  );
}
