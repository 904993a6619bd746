import type { ConsentOutcome } from './oauth-callback.js';

/** The list of connectors in the web UI. */
export const CONNECTOR_LIST_URL = '/settings/integrations/connectors';

/** A browser that comes back signed out starts again from the list: neither code nor state goes along. */
export const LOGIN_URL = `/login?next=${encodeURIComponent(CONNECTOR_LIST_URL)}`;

/** The form of one connector in the web UI. */
export function connectorFormUrl(connectorId: string): string {
  return `${CONNECTOR_LIST_URL}/${connectorId}`;
}

/** Where a browser goes when a consent has ended. */
export function outcomeUrl({ connectorId, failure }: ConsentOutcome): string {
  const form = connectorFormUrl(connectorId);
  return failure === null ? `${form}?oauth=success` : `${form}?oauth=error&reason=${failure}`;
}

/** Where a browser goes when the callback was refused. */
export function refusalUrl(reason: 'state_invalid' | 'forbidden'): string {
  return `${CONNECTOR_LIST_URL}?oauth=error&reason=${reason}`;
}
