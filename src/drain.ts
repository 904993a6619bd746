import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';

/** How long a connection that was accepted may take to bring its request. */
const GRACE_MS = 300;
const SWEEP_MS = 50;

/**
 * Stops accepting connections and waits until the accepted requests are answered.
 * @param limit milliseconds after which the remaining connections are cut.
 */
export async function drain(server: Server, limit: number): Promise<void> {
  if (!server.listening) return;
  let sweep: NodeJS.Timeout | undefined;
  // A connection whose answer began before we stopped stays open afterwards; nobody else would close it.
  const grace = setTimeout(() => (sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)), GRACE_MS);
  const cut = setTimeout(() => server.closeAllConnections(), limit);
  // The HTTP server's own `close` would at once cut connections on which a request is just arriving.
  await new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  clearTimeout(grace);
  clearInterval(sweep);
  clearTimeout(cut);
}
