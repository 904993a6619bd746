export const HOME = '/settings/integrations/connectors';

/** Where to go after the sign-in: a place of this UI, whatever the address says. */
export function nextTarget(next: string | undefined): string {
  if (next === undefined || !next.startsWith('/')) return HOME;
  // As the browser reads it: `//host` and `/\host` are addresses of others.
  const url = new URL(next, window.location.origin);
  if (url.origin !== window.location.origin || url.pathname.startsWith('/login')) return HOME;
  return `${url.pathname}${url.search}${url.hash}`;
}
