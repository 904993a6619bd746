import { createContext } from 'react';

/** Whose connector the form edits; `null` for a new one, which goes into the session's organization. */
export const ConnectorOrganization = createContext<string | null>(null);
