import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpRequest } from '../../support/http.js';

const TIMEOUT_MS = 20_000;

/** Where the client takes its time. */
export type Pace = 'quick' | 'slow upload' | 'slow download';

/** One request, and what became of it. */
export interface Exchange {
  /**
   * When the server surely had it: its answer had begun, be it with a `100 Continue`, or the last byte of the request
   * had been handed to the operating system, which on loopback puts it into the server's own queue. `null`: never.
   */
  readonly acceptedAt: number | null;
  readonly endedAt: number;
  /** `null` when there was no whole answer. */
  readonly status: number | null;
  readonly text: string;
}

/** Sends requests over kept connections and notes when each was accepted. */
export class Exchanges {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(
    private readonly url: string,
    /** For which the slow ones leave the other end waiting, in milliseconds. */
    private readonly pause: number,
  ) {}

  /** `onAccepted` is called at most once, before the promise ends. */
  send(wanted: HttpRequest, pace: Pace, onAccepted: () => void = () => undefined): Promise<Exchange> {
    return new Promise((resolve) => {
      let acceptedAt: number | null = null;
      const accept = () => {
        if (acceptedAt !== null) return;
        acceptedAt = performance.now();
        onAccepted();
      };
      const end = (status: number | null, text = '') =>
        resolve({ acceptedAt, endedAt: performance.now(), status, text });
      const outgoing = this.open(wanted);
      outgoing.once('error', () => end(null));
      outgoing.once('response', (incoming) => {
        accept();
        const status = incoming.statusCode ?? 0;
        this.read(incoming, pace).then(
          (text) => end(status, text),
          () => end(null),
        );
      });
      const body = Buffer.from(wanted.body ?? '');
      if (wanted.headers?.['expect'] === undefined) outgoing.once('finish', accept).end(body);
      else {
        outgoing.flushHeaders();
        outgoing.once('continue', () => {
          accept();
          void this.write(outgoing, body, pace);
        });
      }
    });
  }

  close(): void {
    this.agent.destroy();
  }

  private open({ method, path, headers, body }: HttpRequest): ClientRequest {
    const length = { 'content-length': Buffer.byteLength(body ?? '') };
    return request(`${this.url}${path}`, {
      method,
      agent: this.agent,
      headers: { ...headers, ...(body !== undefined && length) },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  }

  private async write(outgoing: ClientRequest, body: Buffer, pace: Pace): Promise<void> {
    const middle = body.length >> 1;
    outgoing.write(body.subarray(0, middle));
    if (pace === 'slow upload') await sleep(this.pause);
    outgoing.end(body.subarray(middle));
  }

  private async read(incoming: IncomingMessage, pace: Pace): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      if (chunks.length === 0 && pace === 'slow download') await sleep(this.pause);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  }
}
