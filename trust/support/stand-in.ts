import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HarnessContext } from '../runner/context.js';

export interface StandInRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface StandInAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | object;
}

type Handler = (request: StandInRequest) => StandInAnswer | Promise<StandInAnswer>;

/** A service on loopback that answers as the handler says. */
export class StandIn {
  private constructor(private readonly server: Server) {}

  /** Ends with the harness. */
  static async start(context: HarnessContext, handler: Handler): Promise<StandIn> {
    const server = createServer((request, response) => void serve(handler, request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    context.atEnd(() => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    });
    return new StandIn(server);
  }

  /** `127.0.0.1:port`, as an allow-list entry. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get origin(): string {
    return `http://${this.host}`;
  }
}

async function serve(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const answer = await handler(await read(request));
    const { status = 200, headers = {}, body = '' } = answer;
    const isJson = typeof body === 'object' && !Buffer.isBuffer(body);
    response.writeHead(status, { ...(isJson && { 'content-type': 'application/json' }), ...headers });
    response.end(isJson ? JSON.stringify(body) : body);
  } catch {
    response.destroy(); // who asked was killed meanwhile
  }
}

async function read(request: IncomingMessage): Promise<StandInRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const url = new URL(request.url ?? '/', 'http://stand-in');
  return { method: request.method ?? 'GET', url, headers: request.headers, body: Buffer.concat(chunks) };
}
