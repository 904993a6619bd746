import { useEffect, useState } from 'react';

/**
 * The one-time token of the link, taken out of the address at once: it is not kept in the history, and a fragment never
 * reaches the server's log.
 */
export function useOneTimeToken(): string | null {
  const [token] = useState(() => new URLSearchParams(window.location.hash.slice(1)).get('token') || null);
  useEffect(() => {
    if (window.location.hash !== '') window.history.replaceState(window.history.state, '', window.location.pathname);
  }, []);
  return token;
}
