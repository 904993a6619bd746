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
/**
 * For the last chunk, when its caller gives up: Google may finish a file whose request is cut, after our clean-up; one
 * whose request was answered is cleaned up for good.
 */
const SETTLE_MS = 2_000;
/** For each step of the clean-up: one that hangs takes nothing from the next. */
const CLEANUP_TIMEOUT_MS = 5_000;

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
  /**
   * Removes what the upload made, or may have made. Without it, an upload that Google has finished is a success. Its
   * failure is swallowed: the caller of the upload is told the first one.
   */
  readonly undo?: (signal: AbortSignal) => Promise<void>;
}

/**
 * Uploads a stream by Google's resumable protocol, one chunk in memory at a time. A chunk that a lost connection or a
 * 5xx cut is continued where Google says it stopped. All or nothing: a failed upload is cancelled, and undone when
 * Google may have finished it.
 * @returns Google's answer to the last chunk, and the number of bytes.
 */
export async function uploadResumably(
  egress: Egress,
  api: GoogleApi,
  upload: ResumableUpload,
): Promise<{ answer: FinalAnswer; size: number }> {
  const { body, signal } = upload;
  addAbortSignal(signal, body).on('error', () => undefined);
  let session: UploadSession | null = null;
  try {
    signal.throwIfAborted();
    session = await UploadSession.open(egress, api, upload);
    const done = await session.send(body, upload.size);
    if (upload.undo) signal.throwIfAborted();
    return done;
  } catch (error) {
    body.destroy();
    await session?.cancel();
    throw signal.aborted ? (signal.reason as Error) : error;
  } finally {
    session?.close();
  }
}

type FinalAnswer = Record<string, unknown>;

class UploadSession {
  /** Whether Google was sent all: from then on it may have finished. */
  private isWhole = false;
  /** Cuts the last chunk. */
  private readonly cut = new AbortController();
  private settling: NodeJS.Timeout | undefined;

  private constructor(
    private readonly egress: Egress,
    private readonly location: URL,
    private readonly upload: ResumableUpload,
  ) {
    upload.signal.addEventListener('abort', this.settle);
  }

  static async open(egress: Egress, api: GoogleApi, upload: ResumableUpload): Promise<UploadSession> {
    const response = await api.request(upload.url, {
      method: upload.method,
      headers: { 'content-type': 'application/json; charset=utf-8', 'x-upload-content-type': upload.contentType },
      body: upload.metadata === null ? '' : JSON.stringify(upload.metadata),
      signal: upload.signal,
    });
    response.discard();
    return new UploadSession(egress, locationOf(response, egress.endpointFor(upload.url)), upload);
  }

  async send(body: Readable, expected: number | undefined): Promise<{ answer: FinalAnswer; size: number }> {
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
      .request(this.location, { method: 'DELETE', signal: AbortSignal.timeout(CLEANUP_TIMEOUT_MS) })
      .then((response) => response.discard())
      .catch(() => undefined);
    // Only now: a session that is still open could finish the file after it was removed.
    if (this.isWhole) await this.upload.undo?.(AbortSignal.timeout(CLEANUP_TIMEOUT_MS)).catch(() => undefined);
  }

  close(): void {
    this.upload.signal.removeEventListener('abort', this.settle);
    clearTimeout(this.settling);
  }

  private readonly settle = (): void => {
    const { signal, undo } = this.upload;
    this.settling = setTimeout(() => this.cut.abort(signal.reason), undo ? SETTLE_MS : 0);
  };

  /** @returns the final answer, or `null` when more is wanted. */
  private async sendChunk(chunk: ByteChunk, start: number): Promise<FinalAnswer | null> {
    const end = start + chunk.bytes.length;
    const total = chunk.isLast ? String(end) : '*';
    this.isWhole = chunk.isLast;
    let at = start;
    for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
      const rest = chunk.bytes.subarray(at - start);
      const reply = await this.put(rest, rest.length === 0 ? `*/${total}` : `${at}-${end - 1}/${total}`);
      const progress = isPassing(reply) ? await this.askProgress(total, attempt) : await readReply(reply, at);
      if (typeof progress !== 'number') return progress;
      at = Math.min(Math.max(progress, start), end);
      if (at >= end && !chunk.isLast) return null;
    }
    throw new ConnectionFailedError('Google did not take the whole content');
  }

  /** Asks, after a wait, how much Google has. */
  private async askProgress(total: string, attempt: number): Promise<number | FinalAnswer> {
    await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1), undefined, { signal: this.upload.signal });
    const reply = await this.put(Buffer.alloc(0), `*/${total}`);
    return isPassing(reply) ? 0 : readReply(reply, 0);
  }

  /** @returns `null` when the connection was lost. */
  private async put(bytes: Buffer, range: string): Promise<EgressResponse | null> {
    this.upload.signal.throwIfAborted();
    try {
      return await this.egress.request(this.location, {
        method: 'PUT',
        headers: { 'content-range': `bytes ${range}` },
        body: bytes,
        signal: this.isWhole ? this.cut.signal : this.upload.signal,
        firstByteTimeout: CHUNK_TIMEOUT_MS,
      });
    } catch (error) {
      if (error instanceof EgressFailedError && error.phase === 'response') return null;
      throw error;
    }
  }
}

/** Whether the same may go well in a moment: a lost connection, a server in trouble, too many requests. */
function isPassing(reply: EgressResponse | null): reply is null {
  if (reply !== null && reply.status < 500 && reply.status !== 429) return false;
  reply?.discard();
  return true;
}

/**
 * @returns the final answer, or the first byte that Google still lacks.
 * @param fallback when Google does not say what it has.
 */
async function readReply(reply: EgressResponse, fallback: number): Promise<number | FinalAnswer> {
  if (reply.status === 200 || reply.status === 201) return (await reply.json()) as FinalAnswer;
  if (reply.status !== 308) throw await googleError(reply);
  reply.discard();
  return received(reply, fallback);
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
