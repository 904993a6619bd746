import { createHash } from 'node:crypto';
import type { Random } from '../../runner/random.js';
import { formWithFile, json, type HttpRequest } from '../../support/http.js';
import type { Exchange, Exchanges, Pace } from './exchange.js';

/** What is judged by itself: each of them must have been in flight. */
export const KINDS = ['test', 'upload', 'download', 'read', 'write'] as const;
export type Kind = (typeof KINDS)[number];

/** What an exchange was for. */
export interface Sent extends Exchange {
  readonly kind: Kind;
}

/** What there is to work on. */
export interface Subject {
  readonly cookie: string;
  /** Of a connector whose test is slow. */
  readonly connectorId: string;
  readonly document: LargeDocument;
}

/** More than the buffers between server and client hold: whoever sends it is kept waiting by a slow reader. */
export interface LargeDocument {
  readonly id: string;
  readonly sha256: string;
}

interface Order {
  readonly kind: Kind;
  readonly request: HttpRequest;
  readonly pace: Pace;
}

const LARGE_BYTES = 48 * 2 ** 20;
const SMALL_BYTES = 500_000;
/** So many clients are always in the middle of something long, the others are as quick as they can. */
const LONG: readonly Kind[] = ['test', 'test', 'test', 'upload', 'upload', 'download', 'download'];

export function largeContent(random: Random): string {
  return random.hex(1024).repeat(LARGE_BYTES / 1024);
}

export function uploadOf(content: string): HttpRequest {
  const form = formWithFile({ name: 'a.txt', type: 'text/plain', content });
  // The server's 100 Continue shows that it has the request in hand.
  const headers = { ...form.headers, expect: '100-continue' };
  return { method: 'POST', path: '/api/storage/documents', ...form, headers };
}

/** What the clients of one server do, each until the server takes no more. */
export class Load {
  private readonly inFlight = new Map<Kind, number>();
  private awaited: { readonly kinds: readonly Kind[]; readonly met: () => void } | null = null;

  constructor(
    private readonly random: Random,
    private readonly exchanges: Exchanges,
    private readonly subject: Subject,
  ) {}

  async client(index: number, signal: AbortSignal): Promise<Sent[]> {
    const sent: Sent[] = [];
    while (!signal.aborted) {
      const { kind, request, pace } = this.next(LONG[index]);
      const headers = { ...request.headers, cookie: this.subject.cookie };
      const exchange = await this.sendCounted(kind, { ...request, headers }, pace);
      const isWhole = kind !== 'download' || exchange.status !== 200 || this.isTheDocument(exchange.text);
      const status = isWhole ? exchange.status : null;
      sent.push({ ...exchange, kind, status, text: status === 201 ? exchange.text : '' });
      if (exchange.status === null) break;
    }
    return sent;
  }

  /** Ends in the very moment in which a request of each of these kinds is accepted and not yet answered. */
  allInFlight(kinds: readonly Kind[]): Promise<void> {
    return new Promise((met) => {
      this.awaited = { kinds, met };
      this.check();
    });
  }

  private async sendCounted(kind: Kind, request: HttpRequest, pace: Pace): Promise<Exchange> {
    let isAccepted = false;
    const exchange = await this.exchanges.send(request, pace, () => {
      isAccepted = true;
      this.count(kind, 1);
    });
    if (isAccepted) this.count(kind, -1);
    return exchange;
  }

  private count(kind: Kind, change: 1 | -1): void {
    this.inFlight.set(kind, (this.inFlight.get(kind) ?? 0) + change);
    this.check();
  }

  private check(): void {
    if (this.awaited?.kinds.every((kind) => (this.inFlight.get(kind) ?? 0) > 0)) this.awaited.met();
  }

  private isTheDocument(text: string): boolean {
    return createHash('sha256').update(text).digest('hex') === this.subject.document.sha256;
  }

  private next(long: Kind | undefined): Order {
    const { connectorId, document } = this.subject;
    const own = `/api/connectors/${connectorId}`;
    const content = `/api/storage/documents/${document.id}/content`;
    if (long === 'test')
      return { kind: long, pace: 'quick', request: { method: 'POST', path: `${own}/test`, ...json({}) } };
    if (long === 'upload') return { kind: long, pace: 'slow upload', request: uploadOf('x'.repeat(SMALL_BYTES)) };
    if (long === 'download') return { kind: long, pace: 'slow download', request: { method: 'GET', path: content } };
    return { ...this.random.pick(this.quick(own))(), pace: 'quick' };
  }

  private quick(own: string): (() => Omit<Order, 'pace'>)[] {
    const name = `Created ${this.random.hex(6)}`;
    const draft = { name, category: 'storage', provider_type: 's3_compatible' };
    return [
      () => ({ kind: 'read', request: { method: 'GET', path: '/api/connectors' } }),
      () => ({ kind: 'write', request: { method: 'POST', path: '/api/connectors', ...json(draft) } }),
      () => ({ kind: 'write', request: { method: 'PATCH', path: own, ...json({ name }) } }),
      () => ({ kind: 'upload', request: uploadOf('x'.repeat(SMALL_BYTES)) }),
    ];
  }
}
