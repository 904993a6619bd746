import { pipeline, Transform, type Readable, type TransformCallback } from 'node:stream';
import { ConnectionFailedError } from '../../../core/connectors/index.js';
import { storageFailure } from '../storage-failure.js';

/** Passes bytes on and breaks when there are more or fewer than promised: a short answer must not look whole. */
export class ExactLength extends Transform {
  private rest: number;

  constructor(expected: number) {
    super();
    this.rest = expected;
  }

  /** Reads from a source until its end; each breaks with the other. @returns itself. */
  follow(source: Readable): this {
    // What the provider's stream broke with is not for callers, and may look like an error of our own.
    source.once('error', (error) => this.destroy(error.name === 'AbortError' ? error : storageFailure(error)));
    pipeline(source, this, () => undefined);
    return this;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.rest -= chunk.length;
    if (this.rest < 0) done(new ConnectionFailedError('The storage gave more bytes than the document has'));
    else done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    if (this.rest > 0) done(new ConnectionFailedError('The storage gave fewer bytes than the document has'));
    else done();
  }
}
