import { Transform, type Readable, type TransformCallback } from 'node:stream';
import { ConnectionFailedError } from '../../core/connectors/index.js';

/** A piece of what a service sends: the bytes after `skip`, `size` of them. */
export interface Piece {
  readonly skip: number;
  readonly size: number;
}

interface Answer {
  readonly ContentLength?: number | undefined;
  readonly ContentRange?: string | undefined;
}

/**
 * Where in the answer the wanted bytes are. Some S3 services ignore a range, or a part of it, and send more.
 * @throws ConnectionFailedError when the answer does not hold them.
 */
export function pieceOf(answer: Answer, range?: { readonly start: number; readonly end: number }): Piece {
  const length = answer.ContentLength ?? 0;
  if (range === undefined) return { skip: 0, size: length };
  const first = Number(/^bytes (\d+)-/.exec(answer.ContentRange ?? 'bytes 0-')?.[1] ?? Number.NaN);
  const skip = range.start - first;
  const size = Math.min(range.end, first + length - 1) - range.start + 1;
  if (!(skip >= 0 && size >= 1))
    throw new ConnectionFailedError('The service did not give the wanted part of the object');
  return { skip, size };
}

/** Passes a piece on and breaks with safe text when the service ends too early. */
class PieceStream extends Transform {
  private seen = 0;

  constructor(private readonly piece: Piece) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const { skip, size } = this.piece;
    const wanted = chunk.subarray(Math.max(0, skip - this.seen), Math.max(0, skip + size - this.seen));
    this.seen += chunk.length;
    done(null, wanted.length > 0 ? wanted : undefined);
  }

  override _flush(done: TransformCallback): void {
    done(this.seen < this.piece.skip + this.piece.size ? brokenOff() : null);
  }
}

/**
 * The wanted piece of an object as a stream for a caller.
 * @param source the service's answer; destroyed together with what is returned.
 * @param signal ends the stream with its reason.
 */
export function readPiece(source: Readable, piece: Piece, signal: AbortSignal): Readable {
  const body = new PieceStream(piece);
  const onAbort = () => body.destroy(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  source.on('error', (cause) => body.destroy(brokenOff(cause)));
  body.on('close', () => {
    signal.removeEventListener('abort', onAbort);
    source.destroy();
  });
  if (signal.aborted) onAbort();
  return source.pipe(body);
}

function brokenOff(cause?: unknown): ConnectionFailedError {
  return new ConnectionFailedError('The service broke off while the object was read', { cause });
}
