import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Transform, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';

/** Bodies up to this size are kept in the journal, and may be read whole. */
const WHOLE_BYTES = 1024 ** 2;

/** What a fake vendor knows of a request before its body comes. */
export interface FakeHead {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

/** What a fake vendor saw of one request; a large body only as size and hash. */
export interface Journaled extends FakeHead {
  readonly size: number;
  readonly sha256: string;
  /** The body, unless it is larger than 1 MiB. */
  readonly body: Buffer;
}

export interface FakeRequest extends FakeHead {
  readonly params: Readonly<Record<string, string>>;
  /** The body as it comes in, to be read to its end; what nobody reads is thrown away. */
  readonly stream: Readable;
  /** The body of a request that has a small one. @throws Error beyond 1 MiB: read the stream then. */
  bytes(): Promise<Buffer>;
  /** As `bytes`, parsed. */
  json<T>(): Promise<T>;
}

/** One request whose body passes a meter on its way to whoever reads it. */
export class IncomingCall {
  readonly head: FakeHead;
  private readonly meter: Meter;

  /** @param cutAfter the body ends early, after so many bytes. */
  constructor(message: IncomingMessage, cutAfter = Infinity) {
    const url = new URL(message.url ?? '/', 'http://fake');
    const { method = '', headers } = message;
    this.head = { method, path: url.pathname, query: url.searchParams, headers };
    this.meter = new Meter(cutAfter);
    message.on('error', (error) => this.meter.destroy(error)).pipe(this.meter);
  }

  with(params: FakeRequest['params']): FakeRequest {
    const bytes = async (): Promise<Buffer> => {
      const whole = await buffer(this.meter);
      if (whole.length > WHOLE_BYTES) throw new Error('A large body must be read as a stream');
      return whole;
    };
    const json = async <T>() => JSON.parse((await bytes()).toString('utf8')) as T;
    return { ...this.head, params, stream: this.meter, bytes, json };
  }

  /** Reads what nobody has read. @returns what the journal keeps. */
  async settle(): Promise<Journaled> {
    if (!this.meter.readableEnded) await finished(this.meter.resume(), { writable: false });
    return { ...this.head, ...this.meter.reading() };
  }
}

/** Passes bytes on, counts and hashes them, and keeps the first mebibyte. */
class Meter extends Transform {
  private readonly hash = createHash('sha256');
  private kept: Buffer[] = [];
  private size = 0;

  constructor(private readonly limit: number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const taken = chunk.subarray(0, this.limit - this.size);
    if (taken.length > 0) this.accept(taken);
    if (this.size === this.limit && !this.readableEnded) this.push(null);
    done();
  }

  reading(): Pick<Journaled, 'size' | 'sha256' | 'body'> {
    return { size: this.size, sha256: this.hash.copy().digest('hex'), body: Buffer.concat(this.kept) };
  }

  private accept(bytes: Buffer): void {
    this.size += bytes.length;
    this.hash.update(bytes);
    if (this.size > WHOLE_BYTES) this.kept = [];
    else this.kept.push(bytes);
    this.push(bytes);
  }
}
