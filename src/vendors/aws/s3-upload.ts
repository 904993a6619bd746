import type { Readable } from 'node:stream';
import type { CompletedPart, PutObjectCommandInput } from '@aws-sdk/client-s3';
import { ConnectionFailedError } from '../../core/connectors/index.js';
import { statusOf } from './aws-failure.js';
import { PartReader } from './part-reader.js';
import type { S3, S3Session } from './s3-session.js';
import { dropUnfinished } from './unfinished-uploads.js';

/** The least that S3 accepts for a part that is not the last. */
const PART_BYTES = 5 * 1024 ** 2;
const MAX_PARTS = 10_000;
/** Parts on their way at once: together with the one that is being filled, three are in memory. */
const PARTS_IN_FLIGHT = 2;
/**
 * For what is on its way when an upload fails. A request that is cut may still be carried out by the service, after
 * our clean-up; one that was answered is cleaned up for good.
 */
const SETTLE_MS = 2_000;

export interface UploadRequest {
  readonly target: Omit<PutObjectCommandInput, 'Body' | 'ContentLength'>;
  readonly body: Readable;
  /** Bytes, when known. */
  readonly size?: number;
  readonly signal: AbortSignal;
}

interface UploadKey {
  readonly Bucket: string | undefined;
  readonly Key: string | undefined;
  readonly UploadId: string | undefined;
}

/**
 * Stores one stream: a small one in one request, a larger one in parts.
 * Not `lib-storage`: it passes no signal to its calls and does not wait for its clean-up, so an aborted upload goes on
 * in the background and may leave its parts in the bucket.
 */
export class S3Upload {
  /** No further call is made. */
  private readonly stop = new AbortController();
  /** Those on their way are cut. */
  private readonly cut = new AbortController();
  private settling: NodeJS.Timeout | undefined;
  private readonly running = new Set<Promise<void>>();
  private readonly stored: CompletedPart[] = [];
  private readonly partBytes: number;
  private readonly reader: PartReader;

  constructor(
    private readonly session: S3Session,
    private readonly s3: S3,
    private readonly request: UploadRequest,
  ) {
    const { body, size } = request;
    this.partBytes = Math.max(PART_BYTES, Math.ceil((size ?? 0) / MAX_PARTS));
    this.reader = new PartReader(body, this.partBytes, size);
  }

  /**
   * @returns how many bytes were stored.
   * @throws the first failure or the signal's reason, after what was stored until then is removed.
   */
  async run(): Promise<number> {
    const { signal, body } = this.request;
    const onAbort = () => this.fail(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    body.on('error', () => undefined);
    try {
      signal.throwIfAborted();
      await this.store();
      return this.reader.bytes;
    } catch (error) {
      this.fail(error);
      throw this.stop.signal.reason;
    } finally {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(this.settling);
      body.destroy();
    }
  }

  private async store(): Promise<void> {
    const parts = this.reader.parts();
    const first = (await parts.next()).value;
    if (first === undefined || first.length < this.partBytes) await this.putWhole(first ?? Buffer.alloc(0));
    else await this.putParts(first, parts);
  }

  private async putWhole(content: Buffer): Promise<void> {
    const { sdk, client } = this.s3;
    this.stop.signal.throwIfAborted();
    try {
      await client.send(new sdk.PutObjectCommand({ ...this.request.target, Body: content }), this.calls());
    } catch (error) {
      this.fail(error);
      if (mayHaveHappened(error)) await this.removeObject();
      throw error;
    }
    await this.keepUnlessStopped();
  }

  private async putParts(first: Buffer, rest: AsyncGenerator<Buffer, undefined>): Promise<void> {
    const { sdk, client } = this.s3;
    const { Bucket, Key } = this.request.target;
    const upload = { Bucket, Key, UploadId: await this.openUpload() };
    try {
      await this.sendParts(upload, first, rest);
      const MultipartUpload = { Parts: this.stored };
      await client.send(new sdk.CompleteMultipartUploadCommand({ ...upload, MultipartUpload }), this.calls());
    } catch (error) {
      this.fail(error);
      await Promise.all(this.running);
      await this.removeUpload(upload);
      throw error;
    }
    await this.keepUnlessStopped();
  }

  /** An answer that is lost leaves an upload whose id nobody knows, also when the SDK's next attempt is answered. */
  private async openUpload(): Promise<string | undefined> {
    const { sdk, client } = this.s3;
    try {
      const command = new sdk.CreateMultipartUploadCommand(this.request.target);
      const { UploadId, $metadata } = await client.send(command, this.calls());
      if (($metadata.attempts ?? 1) > 1) await this.removeUnfinished(UploadId);
      return UploadId;
    } catch (error) {
      this.fail(error);
      if (mayHaveHappened(error)) await this.removeUnfinished();
      throw error;
    }
  }

  private async sendParts(upload: UploadKey, first: Buffer, rest: AsyncGenerator<Buffer, undefined>): Promise<void> {
    for (let part: Buffer | undefined = first; part !== undefined; part = (await rest.next()).value) {
      while (this.running.size >= PARTS_IN_FLIGHT) await Promise.race(this.running);
      this.stop.signal.throwIfAborted();
      const task: Promise<void> = this.sendPart(upload, part).finally(() => this.running.delete(task));
      this.running.add(task);
    }
    await Promise.all(this.running);
    this.stop.signal.throwIfAborted();
  }

  /** Never rejects: a failure stops the whole upload. */
  private async sendPart(upload: UploadKey, part: Buffer): Promise<void> {
    const { sdk, client } = this.s3;
    const PartNumber = this.stored.push({});
    try {
      const { ETag } = await client.send(
        new sdk.UploadPartCommand({ ...upload, PartNumber, Body: part }),
        this.calls(),
      );
      this.stored[PartNumber - 1] = { PartNumber, ETag };
      this.reader.release(part);
    } catch (error) {
      this.fail(error);
    }
  }

  /** The first failure counts; it ends the reading at once, and what is on its way soon. */
  private fail(reason: unknown): void {
    if (this.stop.signal.aborted) return;
    this.stop.abort(reason);
    this.settling = setTimeout(() => this.cut.abort(reason), SETTLE_MS);
    this.request.body.destroy();
  }

  /** The object is stored; its caller may have given up meanwhile. */
  private async keepUnlessStopped(): Promise<void> {
    if (!this.stop.signal.aborted) return;
    await this.removeObject();
    throw this.stop.signal.reason;
  }

  private removeUpload(upload: UploadKey): Promise<void> {
    return this.session.cleanUp(({ sdk, client }, abortSignal) =>
      client.send(new sdk.AbortMultipartUploadCommand(upload), { abortSignal }).catch((error: unknown) => {
        // Gone already: then the service had completed it although its answer did not arrive.
        if (statusOf(error) === 404) return this.removeObject();
        throw error;
      }),
    );
  }

  private removeUnfinished(kept?: string): Promise<void> {
    return this.session.cleanUp((s3, abortSignal) => dropUnfinished(s3, this.request.target, abortSignal, kept));
  }

  private removeObject(): Promise<void> {
    const { Bucket, Key } = this.request.target;
    return this.session.cleanUp(({ sdk, client }, abortSignal) =>
      client.send(new sdk.DeleteObjectCommand({ Bucket, Key }), { abortSignal }),
    );
  }

  private calls(): { abortSignal: AbortSignal } {
    return { abortSignal: this.cut.signal };
  }
}

/** Without a clear refusal the service may have stored the object; what is ours failed on the way to it. */
function mayHaveHappened(error: unknown): boolean {
  if (error instanceof ConnectionFailedError) return false;
  const status = statusOf(error);
  return status === undefined || status >= 500;
}
