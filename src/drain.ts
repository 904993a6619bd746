import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long an accepted connection may take to bring its first request. Browsers open some that never do. */
const GRACE_MS = 1_000;
const SWEEP_MS = 50;
/**
 * How long kept connections are still served before the idle ones are closed: what a client has sent on one may lie
 * unread, and closing it then would cut an accepted request. Answers meanwhile tell clients to go elsewhere.
 */
const LAST_CALL_MS = 500;

/** Ends an HTTP server without cutting a request that it has accepted. Made before the server listens. */
export class Drain {
  private readonly silent = new Set<Socket>();

  constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.silent.add(socket);
      socket.once('close', () => this.silent.delete(socket));
    });
    server.on('request', (request: IncomingMessage) => this.silent.delete(request.socket));
  }

  /**
   * After a last call stops accepting connections, and waits until the accepted requests are answered.
   * @param limit milliseconds after which the remaining connections are cut.
   */
  async run(limit: number): Promise<void> {
    if (!this.server.listening) return;
    await sleep(LAST_CALL_MS);
    // A connection whose answer began before we stopped stays open afterwards; nobody else would close it.
    const sweep = setInterval(() => this.server.closeIdleConnections(), SWEEP_MS);
    const grace = setTimeout(() => this.closeSilent(), GRACE_MS);
    const cut = setTimeout(() => this.server.closeAllConnections(), limit);
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    clearInterval(sweep);
    clearTimeout(grace);
    clearTimeout(cut);
  }

  private closeSilent(): void {
    for (const socket of this.silent) socket.destroy();
  }
}
