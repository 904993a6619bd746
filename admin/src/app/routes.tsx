import type { QueryClient } from '@tanstack/react-query';
import { Outlet, createRootRouteWithContext, createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { ApiError } from '../api/problem';
import { sessionQuery } from '../api/session';
import { sessionWatch } from '../api/session-watch';
import { connectorSearch, connectorsSearch } from '../features/connectors/search';
import { AppFailed, PageNotFound } from './page-states';
import { textSearch } from './search';

interface RouterContext {
  readonly queryClient: QueryClient;
}

const rootRoute = createRootRouteWithContext<RouterContext>()({ component: Outlet });

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  component: lazyRouteComponent(() => import('../features/sign-in/setup.page'), 'SetupPage'),
});
const resetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset',
  component: lazyRouteComponent(() => import('../features/sign-in/reset.page'), 'ResetPage'),
});
const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: textSearch('next'),
  component: lazyRouteComponent(() => import('../features/sign-in/login.page'), 'LoginPage'),
});

/** Everything for signed-in users, inside the frame with the menu. */
const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'app',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.query({ ...sessionQuery, staleTime: 'static' });
      sessionWatch.begin();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401)
        throw redirect({ to: '/login', search: { next: location.href } });
      throw error;
    }
  },
  component: lazyRouteComponent(() => import('./shell'), 'Shell'),
  errorComponent: AppFailed,
});

const homeRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/integrations/connectors' });
  },
});
const connectorsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/integrations/connectors',
  validateSearch: connectorsSearch,
  component: lazyRouteComponent(() => import('../features/connectors/connectors.page'), 'ConnectorsPage'),
});
const catalogRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/integrations/connectors/catalog',
  validateSearch: textSearch('category', 'q'),
  component: lazyRouteComponent(() => import('../features/connectors/catalog.page'), 'CatalogPage'),
});
const newConnectorRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/integrations/connectors/new/$category/$providerType',
  component: lazyRouteComponent(() => import('../features/connectors/new-connector.page'), 'NewConnectorPage'),
});
const connectorRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/integrations/connectors/$id',
  validateSearch: connectorSearch,
  component: lazyRouteComponent(() => import('../features/connectors/connector.page'), 'ConnectorPage'),
});
const documentsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/documents',
  validateSearch: textSearch('cursor'),
  component: lazyRouteComponent(() => import('../features/documents/documents.page'), 'DocumentsPage'),
});
const mailRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/mail',
  validateSearch: textSearch('cursor', 'status'),
  component: lazyRouteComponent(() => import('../features/mail/mail.page'), 'MailPage'),
});
const mailMessageRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/mail/$id',
  component: lazyRouteComponent(() => import('../features/mail/mail-message.page'), 'MailMessagePage'),
});
const messagesRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/messages',
  validateSearch: textSearch('cursor', 'status'),
  component: lazyRouteComponent(() => import('../features/messages/messages.page'), 'MessagesPage'),
});
const messageRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/messages/$id',
  component: lazyRouteComponent(() => import('../features/messages/message.page'), 'MessagePage'),
});
const organizationsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/organizations',
  validateSearch: textSearch('cursor'),
  component: lazyRouteComponent(() => import('../features/organizations/organizations.page'), 'OrganizationsPage'),
});
const organizationRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/organizations/$id',
  validateSearch: textSearch('cursor'),
  component: lazyRouteComponent(() => import('../features/organizations/organization.page'), 'OrganizationPage'),
});
const usersRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/users',
  validateSearch: textSearch('cursor'),
  component: lazyRouteComponent(() => import('../features/users/users.page'), 'UsersPage'),
});
const userRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/users/$id',
  component: lazyRouteComponent(() => import('../features/users/user.page'), 'UserPage'),
});
const tokensRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/tokens',
  validateSearch: textSearch('cursor'),
  component: lazyRouteComponent(() => import('../features/account/tokens.page'), 'TokensPage'),
});
const sessionsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/sessions',
  validateSearch: textSearch('cursor'),
  component: lazyRouteComponent(() => import('../features/account/sessions.page'), 'SessionsPage'),
});
const auditRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/audit',
  validateSearch: textSearch('cursor', 'scope', 'action', 'actor_id', 'connector_id', 'result', 'since', 'until'),
  component: lazyRouteComponent(() => import('../features/audit/audit.page'), 'AuditPage'),
});
const egressRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/egress',
  component: lazyRouteComponent(() => import('../features/egress/egress.page'), 'EgressPage'),
});
const keysRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/keys',
  validateSearch: textSearch('cursor'),
  component: lazyRouteComponent(() => import('../features/keys/keys.page'), 'KeysPage'),
});
const unknownActionRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/menu/$action',
  component: lazyRouteComponent(() => import('./unknown-action.page'), 'UnknownActionPage'),
});

/** Whatever else: behind the sign-in and inside the frame, like the pages that exist. */
const elsewhereRoute = createRoute({ getParentRoute: () => appRoute, path: '$', component: PageNotFound });

export const routeTree = rootRoute.addChildren([
  setupRoute,
  resetRoute,
  loginRoute,
  appRoute.addChildren([
    homeRoute,
    connectorsRoute,
    catalogRoute,
    newConnectorRoute,
    connectorRoute,
    documentsRoute,
    mailRoute,
    mailMessageRoute,
    messagesRoute,
    messageRoute,
    organizationsRoute,
    organizationRoute,
    usersRoute,
    userRoute,
    tokensRoute,
    sessionsRoute,
    auditRoute,
    egressRoute,
    keysRoute,
    unknownActionRoute,
    elsewhereRoute,
  ]),
]);
