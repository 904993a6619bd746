import { Suspense, lazy, useSyncExternalStore } from 'react';
import type { Session } from '../api/session';
import { sessionWatch } from '../api/session-watch';

const SessionDialog = lazy(async () => ({ default: (await import('./session-dialog')).SessionDialog }));

/** Shows the dialog, whose code is loaded only then, while calls wait for a session. */
export function SessionGuard({ session }: { readonly session: Session }) {
  const isLost = useSyncExternalStore(sessionWatch.subscribe, sessionWatch.isLost);
  if (!isLost) return null;
  return (
    <Suspense>
      <SessionDialog session={session} />
    </Suspense>
  );
}
