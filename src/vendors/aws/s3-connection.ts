import type { Readable } from 'node:stream';
import { RemoteMissingError, type ConnectionTest, type ConnectionTestResult } from '../../core/connectors/index.js';
import type { Egress } from '../../core/egress/index.js';
import { isNamed, statusOf } from './aws-failure.js';
import { pieceOf, readPiece } from './s3-download.js';
import { S3Session, type S3Options } from './s3-session.js';
import { testBucket } from './s3-test.js';
import { S3Upload } from './s3-upload.js';
import { dropUnfinished } from './unfinished-uploads.js';

/** What a caller gives to every method. */
interface Call {
  readonly signal: AbortSignal;
}
interface Range {
  readonly start: number;
  readonly end: number;
}

/** What services answer to a list of uploads that they do not allow, or do not know. */
const CANNOT_LIST: ReadonlySet<number> = new Set([403, 405, 501]);

/** A bucket as a storage backend. The ref of an object is its whole key, so it stays true when the prefix changes. */
export class S3Connection {
  private readonly session: S3Session;
  private readonly prefix: string;

  /** Does no I/O. */
  constructor(
    private readonly options: S3Options,
    private readonly egress: Egress,
  ) {
    this.session = new S3Session(options, egress);
    this.prefix = folder(options.prefix ?? '');
  }

  /** Connects, signs in, looks at the bucket; with `test.deep` it also writes, reads and deletes one small object. */
  testConnection(test: ConnectionTest): Promise<ConnectionTestResult> {
    return testBucket({ session: this.session, egress: this.egress, prefix: this.prefix }, test);
  }

  async put(
    key: string,
    body: Readable,
    { size, contentType, signal }: Call & { readonly size?: number; readonly contentType: string },
  ): Promise<{ ref: string; size: number }> {
    const { bucket: Bucket, encryption } = this.options;
    const ref = `${this.prefix}${key}`;
    const target = {
      Bucket,
      Key: ref,
      ContentType: contentType,
      ...(encryption !== undefined && { ServerSideEncryption: encryption }),
    };
    const stored = await this.session.run(signal, (s3) =>
      new S3Upload(this.session, s3, { target, body, signal, ...(size !== undefined && { size }) }).run(),
    );
    return { ref, size: stored };
  }

  async get(
    ref: string,
    { range, signal }: Call & { readonly range?: Range },
  ): Promise<{ body: Readable; size: number }> {
    const Range = range === undefined ? undefined : `bytes=${range.start}-${range.end}`;
    const input = { Bucket: this.options.bucket, Key: ref, ...(Range !== undefined && { Range }) };
    const answer = await this.session.begin(signal, ({ sdk, client }, abortSignal) =>
      client.send(new sdk.GetObjectCommand(input), { abortSignal }).catch(missing),
    );
    const source = answer.Body as Readable;
    try {
      const piece = pieceOf(answer, range);
      return { body: readPiece(source, piece, signal), size: piece.size };
    } catch (error) {
      source.destroy();
      throw error;
    }
  }

  async stat(ref: string, { signal }: Call): Promise<{ size: number; modifiedAt: Date | null } | null> {
    const input = { Bucket: this.options.bucket, Key: ref };
    return this.session.call(signal, async ({ sdk, client }, abortSignal) => {
      const head = await client.send(new sdk.HeadObjectCommand(input), { abortSignal }).catch((error: unknown) => {
        if (statusOf(error) === 404) return null;
        throw error;
      });
      return head === null ? null : { size: head.ContentLength ?? 0, modifiedAt: head.LastModified ?? null };
    });
  }

  async delete(ref: string, { signal }: Call): Promise<void> {
    const input = { Bucket: this.options.bucket, Key: ref };
    await this.session.call(signal, ({ sdk, client }, abortSignal) =>
      client.send(new sdk.DeleteObjectCommand(input), { abortSignal }).catch((error: unknown) => {
        if (!isNamed(error, 'NoSuchKey')) throw error;
      }),
    );
  }

  /**
   * Unfinished uploads go too, where the access key may list them and the service can; a lifecycle rule of the bucket
   * ends the others. Any other failure is thrown: they may still be there.
   */
  async discard(key: string, { signal }: Call): Promise<void> {
    const input = { Bucket: this.options.bucket, Key: `${this.prefix}${key}` };
    // Deleting what is not there would add a marker where the bucket keeps versions.
    if (await this.stat(input.Key, { signal })) await this.delete(input.Key, { signal });
    await this.session.call(signal, (s3, abortSignal) =>
      dropUnfinished(s3, input, abortSignal).catch((error: unknown) => {
        if (!CANNOT_LIST.has(statusOf(error) ?? 0)) throw error;
      }),
    );
  }

  async list(
    prefix: string,
    { cursor, limit, signal }: Call & { readonly cursor?: string; readonly limit: number },
  ): Promise<{ items: { ref: string; size: number }[]; nextCursor: string | null }> {
    const input = {
      Bucket: this.options.bucket,
      Prefix: `${this.prefix}${prefix}`,
      MaxKeys: limit,
      ...(cursor !== undefined && { ContinuationToken: cursor }),
    };
    const page = await this.session.call(signal, ({ sdk, client }, abortSignal) =>
      client.send(new sdk.ListObjectsV2Command(input), { abortSignal }),
    );
    const items = (page.Contents ?? []).map(({ Key, Size }) => ({ ref: Key ?? '', size: Size ?? 0 }));
    return { items, nextCursor: (page.IsTruncated === true && page.NextContinuationToken) || null };
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }
}

/** `a/b`, `/a/b/` → `a/b/`; nothing stays nothing. */
function folder(prefix: string): string {
  const bare = prefix.replace(/^\/+|\/+$/g, '');
  return bare === '' ? '' : `${bare}/`;
}

function missing(error: unknown): never {
  throw isNamed(error, 'NoSuchKey')
    ? new RemoteMissingError('The object is not in the bucket', { cause: error })
    : error;
}
