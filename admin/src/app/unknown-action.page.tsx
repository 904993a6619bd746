import { Code, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { Page } from '../components/page';

const route = getRouteApi('/app/menu/$action');

/** A module of the server registered a menu whose page this UI does not have. */
export function UnknownActionPage() {
  const { action } = route.useParams();
  return (
    <Page title="No page for this menu item">
      <Text>
        The server offers <Code>{action}</Code>, which this version of the admin UI cannot show. Its API is documented
        at <a href="/api/docs">/api/docs</a>.
      </Text>
    </Page>
  );
}
