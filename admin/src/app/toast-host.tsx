import { Suspense, lazy, useEffect, useState } from 'react';
import { onNotice, type Notice } from '../components/notify';

const Toasts = lazy(async () => ({ default: (await import('./toasts')).Toasts }));

/** Loads the toasts when the first one is to be shown. */
export function ToastHost() {
  const [first, setFirst] = useState<Notice | null>(null);
  useEffect(() => (first === null ? onNotice(setFirst) : undefined), [first]);
  if (first === null) return null;
  return (
    <Suspense>
      <Toasts first={first} />
    </Suspense>
  );
}
