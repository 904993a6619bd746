import { connect, type Socket } from 'node:net';
import { Listener } from './listener.js';

/** What goes wrong on the way. */
export type Fault =
  | { readonly kind: 'none' }
  /** Nothing passes in either direction; connections stay open. */
  | { readonly kind: 'blackHole' }
  /** Each chunk of the answer comes this much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The connection is cut once so many bytes passed in this direction. */
  | { readonly kind: 'cut'; readonly direction: 'request' | 'response'; readonly afterBytes: number }
  /** HTTP requests whose head matches are answered with this status instead of being passed on. */
  | { readonly kind: 'status'; readonly status: number; readonly matching?: RegExp };

const REQUEST_HEAD = /^[A-Z]{3,7} \S+ HTTP\/1\.1\r\n/;

/** A TCP proxy on a loopback port in front of a peer. */
export class FaultProxy {
  /** Takes effect at once, also for open connections. */
  fault: Fault = { kind: 'none' };
  /** How often a fault struck. */
  struck = 0;

  private constructor(
    private readonly listener: Listener,
    private readonly upstreamPort: number,
  ) {}

  /** @param upstreamPort port of the peer on 127.0.0.1. */
  static async start(upstreamPort: number): Promise<FaultProxy> {
    const listener = await Listener.tcp((socket) => proxy.serve(socket));
    const proxy: FaultProxy = new FaultProxy(listener, upstreamPort);
    return proxy;
  }

  get port(): number {
    return this.listener.port;
  }

  get accepted(): number {
    return this.listener.accepted;
  }

  /** Resolves when the clients have closed all their connections. */
  idle(): Promise<void> {
    return this.listener.idle();
  }

  stop(): Promise<void> {
    return this.listener.stop();
  }

  private serve(client: Socket): void {
    const upstream = connect({ host: '127.0.0.1', port: this.upstreamPort });
    upstream.on('error', () => upstream.destroy()).on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
    const there: OneWay = { direction: 'request', from: client, to: upstream, bytes: 0 };
    const back: OneWay = { direction: 'response', from: upstream, to: client, bytes: 0 };
    client.on('data', (chunk: Buffer) => this.answers(client, chunk) || this.pass(there, chunk));
    upstream.on('data', (chunk: Buffer) => this.pass(back, chunk));
  }

  /** Answers in place of the peer when the fault says so. */
  private answers(client: Socket, chunk: Buffer): boolean {
    const { fault } = this;
    if (fault.kind !== 'status') return false;
    const head = chunk.subarray(0, 2_048).toString('latin1');
    if (!REQUEST_HEAD.test(head) || (fault.matching !== undefined && !fault.matching.test(head))) return false;
    this.struck += 1;
    client.end(`HTTP/1.1 ${fault.status} Injected\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
    return true;
  }

  private pass(way: OneWay, chunk: Buffer): void {
    const { fault } = this;
    if (fault.kind === 'cut' && fault.direction === way.direction) {
      this.passUpTo(fault.afterBytes, way, chunk);
    } else if (fault.kind === 'blackHole') {
      this.struck += 1;
    } else if (fault.kind === 'delay' && way.direction === 'response') {
      this.struck += 1;
      setTimeout(() => forward(way, chunk), fault.ms);
    } else {
      forward(way, chunk);
    }
  }

  private passUpTo(limit: number, way: OneWay, chunk: Buffer): void {
    const left = limit - way.bytes;
    if (chunk.length <= left) {
      forward(way, chunk);
      return;
    }
    this.struck += 1;
    way.to.write(chunk.subarray(0, Math.max(0, left)), () => {
      way.from.destroy();
      way.to.destroy();
    });
  }
}

/** One direction of a connection. */
interface OneWay {
  readonly direction: 'request' | 'response';
  readonly from: Socket;
  readonly to: Socket;
  bytes: number;
}

function forward(way: OneWay, chunk: Buffer): void {
  const { from, to } = way;
  way.bytes += chunk.length;
  if (to.destroyed || to.write(chunk)) return;
  from.pause();
  to.once('drain', () => from.resume());
}
