import type { Readable } from 'node:stream';
import { EgressFailedError } from './egress.errors.js';

/** What a request brought back. Its body must be read to the end, or dropped with `discard`. */
export class EgressResponse {
  constructor(
    readonly status: number,
    /** Lower-case names; of a repeated header the values joined by `, `. */
    readonly headers: Readonly<Record<string, string>>,
    /** The raw stream, without a limit of size. */
    readonly body: Readable,
    private readonly reading: { readonly maxBytes: number; readonly signal: AbortSignal },
  ) {}

  /** The whole body. @throws EgressFailedError when it is larger than the request allows or breaks off, or the signal's reason. */
  async buffer(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of this.body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > this.reading.maxBytes) throw tooLarge();
        chunks.push(chunk);
      }
    } catch (error) {
      this.discard();
      if (this.reading.signal.aborted) throw this.reading.signal.reason;
      throw error instanceof EgressFailedError ? error : brokenOff(error);
    }
    return Buffer.concat(chunks);
  }

  /** The whole body as UTF-8. @throws EgressFailedError as `buffer` does. */
  async text(): Promise<string> {
    return (await this.buffer()).toString('utf8');
  }

  /** The whole body as JSON. @throws EgressFailedError as `buffer` does, and when it is not JSON. */
  async json(): Promise<unknown> {
    const text = await this.text();
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new EgressFailedError(
        'response',
        'The service did not answer with JSON',
        'Check the address of the service',
      );
    }
  }

  /** Closes the connection without reading on. */
  discard(): void {
    this.body.on('error', () => undefined).destroy();
  }
}

function tooLarge(): EgressFailedError {
  return new EgressFailedError(
    'response',
    'The answer of the service is too large',
    'Check the address of the service',
  );
}

function brokenOff(cause: unknown): EgressFailedError {
  return new EgressFailedError(
    'response',
    'The service broke off its answer',
    'Try again; check the network in between',
    {
      cause,
    },
  );
}
