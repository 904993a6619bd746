import { addAbortSignal, type Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionFailedError } from '../../core/connectors/index.js';
import { EgressFailedError, type Egress, type EgressResponse } from '../../core/egress/index.js';
import { byteChunks, type ByteChunk } from './byte-chunks.js';
import { googleError, type GoogleApi } from './google-api.js';

/** Google wants multiples of 256 KiB. */
const CHUNK_BYTES = 4 * 1024 ** 2;
const MAX_TRIES = 4;
const FIRST_WAIT_MS = 200;
const CHUNK_TIMEOUT_MS = 60_000;

export interface ResumableUpload {
  /** The upload endpoint, with `uploadType=resumable`. */
  readonly url: URL;
  readonly method: 'POST' | 'PATCH';
  /** Metadata of what is uploaded; `null` when the endpoint takes none. */
  readonly metadata: object | null;
  readonly contentType: string;
  readonly body: Readable;
  /** Exact bytes when known: another number fails the upload. */
  readonly size?: number;
  readonly signal: AbortSignal;
}

/**
 * Uploads a stream by Google's resumable protocol, one chunk in memory at a time. A chunk that a lost connection or a
 * 5xx cut is continued where Google says it stopped. All or nothing: a failed upload is cancelled.
 * @returns Google's answer to the last chunk, and the number of bytes.
 */
export async function uploadResumably(
  egress: Egress,
  api: GoogleApi,
  upload: ResumableUpload,
): Promise<{ answer: Record<string, unknown>; size: number }> {
  const { body, signal } = upload;
  addAbortSignal(signal, body).on('error', () => undefined);
  let session: UploadSession | null = null;
  try {
    signal.throwIfAborted();
    session = await UploadSession.open(egress, api, upload);
    return await session.send(body, upload.size);
  } catch (error) {
    body.destroy();
    await session?.cancel();
    throw signal.aborted ? (signal.reason as Error) : error;
  }
}

class UploadSession {
  private constructor(
    private readonly egress: Egress,
    private readonly location: URL,
    private readonly signal: AbortSignal,
  ) {}

  static async open(egress: Egress, api: GoogleApi, upload: ResumableUpload): Promise<UploadSession> {
    const response = await api.request(upload.url, {
      method: upload.method,
      headers: { 'content-type': 'application/json; charset=utf-8', 'x-upload-content-type': upload.contentType },
      body: upload.metadata === null ? '' : JSON.stringify(upload.metadata),
      signal: upload.signal,
    });
    response.discard();
    return new UploadSession(egress, locationOf(response, egress.endpointFor(upload.url)), upload.signal);
  }

  async send(body: Readable, expected: number | undefined): Promise<{ answer: Record<string, unknown>; size: number }> {
    let start = 0;
    for await (const chunk of byteChunks(body, CHUNK_BYTES)) {
      const end = start + chunk.bytes.length;
      if (expected !== undefined && (end > expected || (chunk.isLast && end !== expected))) {
        throw new ConnectionFailedError('The content has another size than announced');
      }
      const answer = await this.sendChunk(chunk, start);
      if (answer !== null) return { answer, size: end };
      start = end;
    }
    throw new ConnectionFailedError('Google did not finish the upload');
  }

  /** Tells Google to forget what it has; it would do so by itself after a week. */
  async cancel(): Promise<void> {
    await this.egress
      .request(this.location, { method: 'DELETE', signal: AbortSignal.timeout(5_000) })
      .then((response) => response.discard())
      .catch(() => undefined);
  }

  /** @returns the final answer, or `null` when more is wanted. */
  private async sendChunk({ bytes, isLast }: ByteChunk, start: number): Promise<Record<string, unknown> | null> {
    const end = start + bytes.length;
    const total = isLast ? String(end) : '*';
    let at = start;
    for (let attempt = 1; ; attempt++) {
      const response = await this.put(
        bytes.subarray(at - start),
        bytes.length === 0 ? `*/${total}` : `${at}-${end - 1}/${total}`,
      );
      if (response?.status === 200 || response?.status === 201)
        return (await response.json()) as Record<string, unknown>;
      if (response?.status === 308) {
        at = received(response, at);
        response.discard();
        if (at >= end && !isLast) return null;
      } else {
        if (response !== null && response.status < 500 && response.status !== 429) throw await googleError(response);
        response?.discard();
        const progress = await this.progress(total, attempt);
        if (typeof progress !== 'number') return progress;
        at = Math.min(Math.max(progress, start), end);
        if (at >= end && !isLast) return null;
      }
      if (attempt >= MAX_TRIES) throw new ConnectionFailedError('Google did not take the whole content');
    }
  }

  /** Asks, after a wait, how much Google has; the final answer when it has everything. */
  private async progress(total: string, attempt: number): Promise<number | Record<string, unknown>> {
    await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1), undefined, { signal: this.signal });
    const response = await this.put(Buffer.alloc(0), `*/${total}`);
    if (response === null) return 0;
    if (response.status === 200 || response.status === 201) return (await response.json()) as Record<string, unknown>;
    if (response.status === 308) {
      response.discard();
      return received(response, 0);
    }
    throw await googleError(response);
  }

  /** @returns `null` when the connection was lost. */
  private async put(bytes: Buffer, range: string): Promise<EgressResponse | null> {
    try {
      return await this.egress.request(this.location, {
        method: 'PUT',
        headers: { 'content-range': `bytes ${range}` },
        body: bytes,
        signal: this.signal,
        firstByteTimeout: CHUNK_TIMEOUT_MS,
      });
    } catch (error) {
      if (error instanceof EgressFailedError && error.phase === 'response') return null;
      throw error;
    }
  }
}

/** First byte that Google still lacks. */
function received(response: EgressResponse, fallback: number): number {
  const last = /^bytes=0-(\d+)$/.exec(response.headers['range'] ?? '')?.[1];
  return last === undefined ? fallback : Number(last) + 1;
}

/** The session's address is a secret and takes content: it must be at the host that was asked. */
function locationOf(response: EgressResponse, asked: URL): URL {
  const text = response.headers['location'] ?? '';
  if (!URL.canParse(text)) throw new ConnectionFailedError('Google did not open an upload');
  const location = new URL(text);
  if (location.origin !== asked.origin) throw new ConnectionFailedError('Google led the upload to another host');
  return location;
}
