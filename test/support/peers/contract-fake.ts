import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { IncomingCall, type FakeHead, type FakeRequest, type Journaled } from './fake-request.js';
import { Listener } from './listener.js';

export interface AnswerHead {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a route answers. JSON comes from `reply` alone, which knows the type of the vendor's answer. */
export interface RouteAnswer extends AnswerHead {
  readonly body?: string | Buffer | Readable;
}

/** An answer besides the routes; an object is sent as JSON. */
export interface FakeAnswer extends AnswerHead {
  readonly body?: object | string | Buffer | Readable;
}

type Reply<Body> = (body: Body, head?: AnswerHead) => RouteAnswer;

export type FakeHandler<Body = object> = (
  request: FakeRequest,
  reply: Reply<Body>,
) => RouteAnswer | Promise<RouteAnswer>;

type Authenticate = (head: FakeHead) => FakeAnswer | null;

/** What goes wrong instead of an answer. */
export type Fault =
  | { readonly kind: 'answer'; readonly answer: FakeAnswer }
  /** With `afterBytes` the route still gets so much of the body; without it, it hears nothing of the request. */
  | { readonly kind: 'cut'; readonly afterBytes?: number }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'hang' };

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly answer: (request: FakeRequest) => RouteAnswer | Promise<RouteAnswer>;
}

/**
 * A vendor's HTTP API, as its documentation tells it: a route table over `node:http`, a strict check of who asks, a
 * journal of every request, and faults on demand. Bodies are streams in both directions: nothing large is held. What
 * no route answers is 404 and marked in `unexpected`.
 * @typeParam Routes route → JSON that it answers, taken from the vendor's own types where it has some.
 */
export class ContractFake<Routes extends object = Record<string, object>> {
  readonly journal: Journaled[] = [];
  readonly unexpected: string[] = [];
  private readonly routes: Route[] = [];
  private readonly faults: { readonly route: string | null; readonly fault: Fault }[] = [];

  private constructor(private readonly listener: Listener) {}

  /** @param authenticate `null` lets the request pass; an answer refuses it. Runs before every route. */
  static async start<Routes extends object = Record<string, object>>(
    authenticate: Authenticate = () => null,
  ): Promise<ContractFake<Routes>> {
    const holder: { fake?: ContractFake<Routes> } = {};
    const listener = await Listener.http((request, response) => {
      holder.fake?.serve(request, response, authenticate).catch(() => response.destroy());
    });
    holder.fake = new ContractFake<Routes>(listener);
    return holder.fake;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.listener.port}`;
  }

  /** @param route e.g. `POST /files/:id`; the newest of several that match is asked. */
  on<R extends keyof Routes & string>(route: R, handler: FakeHandler<Routes[R]>): this {
    const [method = '', path = ''] = route.split(' ');
    const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
    const pattern = new RegExp(`^${path.replaceAll(/[.+()]/g, '\\$&').replaceAll(/:\w+/g, '([^/]+)')}$`);
    this.routes.unshift({ method, pattern, names, answer: (request) => handler(request, jsonAnswer) });
    return this;
  }

  /** The next requests meet these faults, one each, in this order. */
  failNext(...faults: Fault[]): this {
    this.faults.push(...faults.map((fault) => ({ route: null, fault })));
    return this;
  }

  /** The same for the next requests to one route, e.g. `POST /files`. */
  failNextOf(route: string, ...faults: Fault[]): this {
    this.faults.push(...faults.map((fault) => ({ route, fault })));
    return this;
  }

  /** Requests to one route so far, e.g. `POST /files`. */
  seen(route: string): Journaled[] {
    return this.journal.filter(({ method, path }) => `${method} ${path}` === route);
  }

  async stop(): Promise<void> {
    await this.listener.stop();
  }

  private async serve(request: IncomingMessage, response: ServerResponse, authenticate: Authenticate): Promise<void> {
    const fault = this.nextFault(request);
    const call = new IncomingCall(request, fault?.kind === 'cut' ? fault.afterBytes : undefined);
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    const answer = await this.answerTo(call, fault, authenticate);
    this.journal.push(await call.settle());
    if (fault?.kind === 'cut') response.socket?.destroy();
    else if (answer !== null) await send(response, answer);
  }

  private nextFault({ method, url = '/' }: IncomingMessage): Fault | undefined {
    const asked = `${method} ${new URL(url, 'http://fake').pathname}`;
    const index = this.faults.findIndex(({ route }) => route === null || route === asked);
    return index < 0 ? undefined : this.faults.splice(index, 1)[0]?.fault;
  }

  private async answerTo(call: IncomingCall, fault: Fault | undefined, authenticate: Authenticate) {
    if (fault?.kind === 'answer') return fault.answer;
    if (fault?.kind === 'hang' || (fault?.kind === 'cut' && fault.afterBytes === undefined)) return null;
    return authenticate(call.head) ?? (await this.dispatch(call));
  }

  private async dispatch(call: IncomingCall): Promise<FakeAnswer> {
    for (const { method, pattern, names, answer } of this.routes) {
      const match = method === call.head.method ? pattern.exec(call.head.path) : null;
      if (!match) continue;
      const params = Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]));
      return answer(call.with(params));
    }
    this.unexpected.push(`${call.head.method} ${call.head.path}`);
    return { status: 404, body: { error: 'no such route' } };
  }
}

/** An answer of JSON. */
export function jsonAnswer(body: unknown, { status = 200, headers = {} }: AnswerHead = {}): RouteAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

async function send(response: ServerResponse, answer: FakeAnswer): Promise<void> {
  const { status = 200, headers = {}, body = '' } = answer;
  if (body instanceof Readable) {
    response.writeHead(status, headers);
    await pipeline(body, response);
  } else if (typeof body === 'string' || Buffer.isBuffer(body)) {
    response.writeHead(status, headers).end(body);
  } else {
    await send(response, jsonAnswer(body, answer));
  }
}
