import type { Server } from 'node:http';

const SWEEP_MS = 50;

/**
 * Stops accepting connections and waits until the present requests are answered.
 * @param limit milliseconds after which the remaining connections are cut.
 */
export async function drain(server: Server, limit: number): Promise<void> {
  if (!server.listening) return;
  // A connection whose answer began before we stopped stays open afterwards; nobody else would close it.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const cut = setTimeout(() => server.closeAllConnections(), limit);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearInterval(sweep);
  clearTimeout(cut);
}
