import type { IncomingMessage, ServerResponse } from 'node:http';
import { Listener } from './listener.js';

export interface EndpointCall {
  readonly headers: IncomingMessage['headers'];
  readonly form: Readonly<Record<string, string>>;
}

type Answer = (response: ServerResponse, call: EndpointCall) => void | Promise<void>;

/** A token endpoint that answers whatever a spec wants, and keeps a journal. */
export class TokenEndpoint {
  readonly calls: EndpointCall[] = [];
  /** Requests to other paths: where a followed redirect would lead. */
  readonly strays: string[] = [];
  answer: Answer = (response) => void response.writeHead(500).end();

  private constructor(private readonly listener: Listener) {}

  static async start(): Promise<TokenEndpoint> {
    const listener = await Listener.http((request, response) => void endpoint.serve(request, response));
    const endpoint = new TokenEndpoint(listener);
    return endpoint;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.listener.port}`;
  }

  /** From now on answers with JSON. */
  answerJson(body: object, status = 200): void {
    this.answer = (response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
  }

  async stop(): Promise<void> {
    await this.listener.stop();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (request.url !== '/token') {
      this.strays.push(request.url ?? '');
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      return;
    }
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    const call = { headers: request.headers, form };
    this.calls.push(call);
    await this.answer(response, call);
  }
}
