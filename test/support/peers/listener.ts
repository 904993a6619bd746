import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { TestCertificate } from './certificate.js';

/** A listening server that counts who connects, for the question whether anybody did. */
export class Listener {
  /** Connections accepted so far. */
  accepted = 0;
  private readonly open = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.accepted += 1;
      this.open.add(socket);
      socket.on('error', () => undefined).on('close', () => this.open.delete(socket));
    });
  }

  static tcp(onSocket: (socket: Socket) => void, host = '127.0.0.1', port = 0): Promise<Listener> {
    return Listener.start(createTcpServer(onSocket), host, port);
  }

  static http(handler: RequestListener, host = '127.0.0.1', port = 0): Promise<Listener> {
    return Listener.start(createHttpServer(handler), host, port);
  }

  static https(certificate: TestCertificate, handler: RequestListener, host = '127.0.0.1'): Promise<Listener> {
    const server = createHttpsServer({ ...certificate }, handler);
    return Listener.start(
      server.on('tlsClientError', () => undefined),
      host,
      0,
    );
  }

  private static async start(server: Server, host: string, port: number): Promise<Listener> {
    const listener = new Listener(server);
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
    return listener;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Connections that are open now. */
  get connected(): number {
    return this.open.size;
  }

  /** Resolves when no connection is open; a test that waits in vain runs into its own time limit. */
  async idle(): Promise<void> {
    while (this.open.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Cuts all connections. */
  cut(): void {
    for (const socket of this.open) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
