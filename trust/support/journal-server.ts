import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HarnessContext } from '../runner/context.js';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A remote service that writes down what it is sent, and answers as the harness says. */
export class JournalServer {
  readonly received: Received[] = [];

  private constructor(readonly origin: string) {}

  /** @param answer ends the response; without one everything is answered 200 and `{}`. */
  static async start(
    context: HarnessContext,
    answer: (request: Received, response: ServerResponse) => void = (_, response) => void response.end('{}'),
  ): Promise<JournalServer> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          const received = {
            path: request.url ?? '',
            headers: request.headers,
            body: Buffer.concat(chunks).toString('latin1'),
          };
          journal.received.push(received);
          answer(received, response);
        });
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    const journal = new JournalServer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    context.atEnd(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return journal;
  }

  /** Host and port, as the allow-list takes it. */
  get host(): string {
    return new URL(this.origin).host;
  }
}
