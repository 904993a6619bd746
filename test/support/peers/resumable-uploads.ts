import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonAnswer, type RouteAnswer } from './contract-fake.js';
import type { FakeRequest } from './fake-request.js';

/** Google takes pieces of multiples of this, and keeps so much of a piece that was cut. */
const UNIT = 256 * 1024;

/** Content that came, or still comes, in; its bytes are in a file. */
export interface UploadSession<About> {
  readonly about: About;
  readonly mimeType: string;
  readonly file: string;
  size: number;
}

/** What a request says to bring: from where on, how many bytes, and of how many altogether when that is known. */
interface Piece {
  readonly start: number;
  readonly length: number;
  readonly total: number | null;
}

/**
 * Google's resumable uploads, as its documentation tells them: a session with an address of its own, pieces that
 * continue each other, 308 until the last one, and the same final answer to whoever asks for it again.
 */
export class ResumableUploads<About> {
  readonly sessions = new Map<string, UploadSession<About>>();
  /** Milliseconds from the last byte to the end of an upload; by then nothing stops it, no cancelling either. */
  finishingMs = 0;
  /** By session: the answer to every upload whose last byte came. */
  readonly finished = new Map<string, Promise<RouteAnswer>>();

  /** @param folder where the bytes go. */
  constructor(private readonly folder: string) {}

  /** Opens a session. @param about what is known of the content. */
  async begin({ headers, path, query }: FakeRequest, about: About): Promise<RouteAnswer> {
    if (query.get('uploadType') !== 'resumable') return googleRefusal(400, 'badRequest');
    const id = randomUUID();
    const file = join(this.folder, id);
    await writeFile(file, '');
    const mimeType = String(headers['x-upload-content-type'] ?? 'application/octet-stream');
    this.sessions.set(id, { about, mimeType, file, size: 0 });
    return { headers: { location: `http://${headers.host}${path}?uploadType=resumable&upload_id=${id}` } };
  }

  /** Resolves when every upload whose last byte came is finished. */
  async settled(): Promise<void> {
    await Promise.all(this.finished.values());
  }

  /** Takes a piece, or a question how far the upload is. @param finish makes something of the content, once it is whole. */
  async take(
    request: FakeRequest,
    finish: (session: UploadSession<About>) => RouteAnswer | Promise<RouteAnswer>,
  ): Promise<RouteAnswer> {
    const id = request.query.get('upload_id') ?? '';
    const session = this.sessions.get(id);
    if (!session) return this.finished.get(id) ?? googleRefusal(404, 'notFound');
    const piece = pieceOf(request, session.size);
    if (piece?.start !== session.size) return googleRefusal(400, 'badRequest');
    const file = createWriteStream(session.file, { flags: 'r+', start: session.size });
    await pipeline(request.stream, file);
    if (file.bytesWritten > piece.length) return googleRefusal(400, 'badRequest');
    session.size += file.bytesWritten === piece.length ? piece.length : wholeUnits(file.bytesWritten);
    if (session.size !== piece.total) return progressOf(session.size);
    await truncate(session.file, session.size);
    this.sessions.delete(id);
    const answer = sleep(this.finishingMs).then(() => finish(session));
    this.finished.set(id, answer);
    return answer;
  }

  cancel({ query }: FakeRequest): RouteAnswer {
    return this.sessions.delete(query.get('upload_id') ?? '') ? { status: 499 } : googleRefusal(404, 'notFound');
  }
}

/** An error as Google's APIs write it. */
export function googleRefusal(status: number, reason: string): RouteAnswer {
  const error = { code: status, message: `secret provider text ${reason}`, errors: [{ reason }] };
  return jsonAnswer({ error }, { status });
}

/** @returns `undefined` for what Google does not take: only the last piece may be no multiple of 256 KiB. */
function pieceOf({ headers }: FakeRequest, at: number): Piece | undefined {
  const range = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(String(headers['content-range']));
  if (!range) return undefined;
  const [, first, last, all] = range;
  const total = all === '*' ? null : Number(all);
  if (first === undefined) return { start: at, length: 0, total };
  const length = Number(last) - Number(first) + 1;
  return total === null && length % UNIT !== 0 ? undefined : { start: Number(first), length, total };
}

function progressOf(size: number): RouteAnswer {
  return { status: 308, headers: size > 0 ? { range: `bytes=0-${size - 1}` } : {} };
}

function wholeUnits(bytes: number): number {
  return bytes - (bytes % UNIT);
}
