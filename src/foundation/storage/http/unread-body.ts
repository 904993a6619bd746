import type { IncomingMessage } from 'node:http';

/** How long a client may go on sending what nobody reads. */
const PATIENCE_MS = 10_000;

/**
 * Throws away what is left of a request's body, so that a client which sends first and listens then hears why it was
 * refused. One that goes on for too long is cut off.
 */
export function discardRest(request: IncomingMessage): void {
  if (request.readableEnded || request.destroyed) return;
  const timer = setTimeout(() => request.destroy(), PATIENCE_MS).unref();
  request.once('close', () => clearTimeout(timer));
  request.unpipe();
  request.resume();
}
