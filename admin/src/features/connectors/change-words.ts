import type { ConnectorChange } from '../../api/connector-history';

const ACTIONS: Readonly<Record<string, string>> = {
  'connector.created': 'Created',
  'connector.updated': 'Changed',
  'connector.deleted': 'Deleted',
  'connector.test_started': 'Test message about to be sent',
  'connector.tested': 'Tested',
  'connector.draft_tested': 'Tested without saving',
  'connector.activated': 'Activated',
  'connector.deactivated': 'Deactivated',
  'connector.config_imported': 'Settings imported',
  'connector.secrets_revealed': 'Secrets shown',
  'connector.oauth_started': 'Consent started',
  'connector.oauth_connected': 'Consent given',
  'connector.oauth_failed': 'Consent failed',
  'connector.oauth_refused': 'Consent refused',
  'connector.consent_lost': 'Consent lost',
  'connector.refresh_token_rotated': 'Access renewed',
};

/** An action in words; one that this UI does not know is named as the server names it. */
export function actionName(action: string): string {
  const known = ACTIONS[action];
  if (known !== undefined) return known;
  const words = action.replace(/^connector\./, '').replaceAll(/[._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The further facts of a change, e.g. "outcome: failed"; what says nothing is left out. */
export function factLines(facts: ConnectorChange['facts']): readonly string[] {
  return Object.entries(facts)
    .filter(([, value]) => value !== null && value !== false && value !== '' && value !== 0)
    .map(([name, value]) => {
      if (name === 'latency_ms') return `${String(value)} ms`;
      const words = name.replace(/^is_/, '').replaceAll('_', ' ');
      return value === true ? words : `${words}: ${String(value)}`;
    });
}

/** Who made a change. */
export function actorName({ user_id, user_name, user_email }: ConnectorChange): string {
  if (user_id === null) return 'The system';
  return user_name ?? user_email ?? 'A user who no longer exists';
}
