import { Listener } from './listener.js';

const PIECE = Buffer.alloc(64 * 1024, '<a/>');

/** Answers every request with XML that never ends. */
export class EndlessServer {
  /** Bytes that its clients took. */
  sent = 0;

  private constructor(private readonly listener: Listener) {}

  static async start(): Promise<EndlessServer> {
    const listener = await Listener.http((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/xml' });
      const more = () => {
        while (!response.destroyed && response.write(PIECE)) server.sent += PIECE.length;
      };
      response.on('drain', more);
      more();
    });
    const server: EndlessServer = new EndlessServer(listener);
    return server;
  }

  get port(): number {
    return this.listener.port;
  }

  stop(): Promise<void> {
    return this.listener.stop();
  }
}
