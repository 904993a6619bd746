import { Button } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconPlus } from '@tabler/icons-react';
import { isAdminOf, sessionQuery } from '../../api/session';
import { Page } from '../../components/page';
import { ConnectorList } from './connector-list';
import { ConsentResult } from './consent-result';
import { RoutesNow } from './routes-now';

export function ConnectorsPage() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const canChange = isAdminOf(session, session.organization_id);
  return (
    <Page
      title="Connectors"
      description="The services that documents, mail and messages go through."
      actions={
        <Button
          renderRoot={(props) => <Link to="/settings/integrations/connectors/catalog" {...props} />}
          leftSection={canChange ? <IconPlus size={16} aria-hidden /> : undefined}
          variant={canChange ? 'filled' : 'default'}
        >
          {canChange ? 'Add connector' : 'Catalog'}
        </Button>
      }
    >
      <ConsentResult />
      <RoutesNow />
      <ConnectorList canChange={canChange} />
    </Page>
  );
}
