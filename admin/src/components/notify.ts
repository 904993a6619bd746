import { notifications } from '@mantine/notifications';

/** Says that something is done; it goes by itself, as nothing depends on reading it. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'teal', withBorder: true, closeButtonProps: { 'aria-label': 'Close' } });
}
