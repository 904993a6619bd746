/**
 * Where a menu's action leads. The server names actions, not addresses: what it registers and this UI does not know
 * opens a page that says so.
 */
const PATHS: Readonly<Record<string, string>> = {
  'ir.connector.list': '/settings/integrations/connectors',
  'storage.document.list': '/documents',
  'email.message.list': '/mail',
  'messaging.message.list': '/messages',
  'res.organization.list': '/settings/organizations',
  'res.user.list': '/settings/users',
  'auth.token.list': '/settings/tokens',
  'auth.session.list': '/settings/sessions',
  'audit.event.list': '/settings/audit',
  'egress.entry.list': '/settings/egress',
  'base.key.list': '/settings/keys',
};

export function pathOfAction(action: string): string {
  return PATHS[action] ?? `/menu/${encodeURIComponent(action)}`;
}
