import '@mantine/notifications/styles.layer.css';
import { Notifications, notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { onNotice, type Notice } from '../components/notify';

/** Long enough to read why. */
const FAILURE_MS = 10_000;

/** @param first what was said before this code was there. */
export function Toasts({ first }: { readonly first: Notice }) {
  useEffect(() => {
    show(first);
    return onNotice(show);
  }, [first]);
  return <Notifications position="top-right" />;
}

function show({ title, message, isFailure }: Notice): void {
  notifications.show({
    title,
    message,
    color: isFailure ? 'red' : 'teal',
    withBorder: true,
    ...(isFailure && { autoClose: FAILURE_MS }),
    closeButtonProps: { 'aria-label': 'Close' },
  });
}
