import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Listener } from './listener.js';

/** What a fake vendor saw of one request; a large body only as size and hash. */
export interface Journaled {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly size: number;
  readonly sha256: string;
  /** The body, unless it is larger than 1 MiB. */
  readonly body: Buffer;
}

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: object | string | Buffer;
}

export interface FakeRequest extends Journaled {
  readonly params: Readonly<Record<string, string>>;
  /** Every byte of the body, also of a large one. */
  readonly bytes: Buffer;
  json<T>(): T;
}

export type FakeHandler = (request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>;

/** What goes wrong instead of an answer. */
export type Fault =
  | { readonly kind: 'answer'; readonly answer: FakeAnswer }
  | { readonly kind: 'cut' }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'hang' };

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly handler: FakeHandler;
}

const JOURNALED_BYTES = 1024 ** 2;

/**
 * A vendor's HTTP API, as its documentation tells it: a route table over `node:http`, a strict check of who asks, a
 * journal of every request, and faults on demand. What no route answers is 404 and marked in `unexpected`.
 */
export class ContractFake {
  readonly journal: Journaled[] = [];
  readonly unexpected: string[] = [];
  private readonly routes: Route[] = [];
  private readonly faults: Fault[] = [];

  private constructor(private readonly listener: Listener) {}

  /** @param authenticate `null` lets the request pass; an answer refuses it. Runs before every route. */
  static async start(authenticate: (request: FakeRequest) => FakeAnswer | null = () => null): Promise<ContractFake> {
    const holder: { fake?: ContractFake } = {};
    const listener = await Listener.http((request, response) => {
      holder.fake?.serve(request, response, authenticate).catch(() => response.destroy());
    });
    holder.fake = new ContractFake(listener);
    return holder.fake;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.listener.port}`;
  }

  /** @param route e.g. `POST /files/:id`. */
  on(route: string, handler: FakeHandler): this {
    const [method = '', path = ''] = route.split(' ');
    const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
    const pattern = new RegExp(`^${path.replaceAll(/[.+()]/g, '\\$&').replaceAll(/:\w+/g, '([^/]+)')}$`);
    this.routes.unshift({ method, pattern, names, handler });
    return this;
  }

  /** The next requests meet these faults, one each, in this order. */
  failNext(...faults: Fault[]): this {
    this.faults.push(...faults);
    return this;
  }

  /** Requests to one route so far, e.g. `POST /files`. */
  seen(route: string): Journaled[] {
    return this.journal.filter(({ method, path }) => `${method} ${path}` === route);
  }

  async stop(): Promise<void> {
    await this.listener.stop();
  }

  private async serve(
    request: IncomingMessage,
    response: ServerResponse,
    authenticate: (request: FakeRequest) => FakeAnswer | null,
  ): Promise<void> {
    const read = await readRequest(request);
    this.journal.push({ ...read, body: read.size > JOURNALED_BYTES ? Buffer.alloc(0) : read.bytes });
    const fault = this.faults.shift();
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    if (fault === undefined || fault.kind === 'slow') {
      send(response, authenticate(read) ?? (await this.dispatch(read)));
    } else if (fault.kind === 'answer') {
      send(response, fault.answer);
    } else if (fault.kind === 'cut') {
      response.socket?.destroy();
    }
  }

  private async dispatch(request: FakeRequest): Promise<FakeAnswer> {
    for (const { method, pattern, names, handler } of this.routes) {
      const match = method === request.method ? pattern.exec(request.path) : null;
      if (!match) continue;
      const params = Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]));
      return handler({ ...request, params });
    }
    this.unexpected.push(`${request.method} ${request.path}`);
    return { status: 404, body: { error: 'no such route' } };
  }
}

async function readRequest(request: IncomingMessage): Promise<FakeRequest> {
  const url = new URL(request.url ?? '/', 'http://fake');
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    body: bytes,
    bytes,
    params: {},
    json: <T>() => JSON.parse(bytes.toString('utf8')) as T,
  };
}

function send(response: ServerResponse, { status = 200, headers = {}, body = '' }: FakeAnswer): void {
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  response.writeHead(status, { ...(!isRaw && { 'content-type': 'application/json' }), ...headers });
  response.end(isRaw ? body : JSON.stringify(body));
}
