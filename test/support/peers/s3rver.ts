import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** It encrypts its page cursors with DES. */
const FLAGS = ['--no-deprecation', '--openssl-legacy-provider'];
const SCRIPT = join(process.cwd(), 'test/support/peers/s3rver-process.mjs');

/** s3rver in a process of its own: a real S3 server, but one that accepts any signature. Use it behind the S3 gate. */
export class S3rver {
  private readonly dropped = new Set<string>();

  private constructor(
    readonly port: number,
    private readonly directory: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(buckets: readonly string[]): Promise<S3rver> {
    const directory = await mkdtemp(join(tmpdir(), 'ede-s3rver-'));
    const child = spawn(process.execPath, [...FLAGS, SCRIPT, directory, ...buckets], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = (await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error('s3rver ended at once'))),
    ])) as [Buffer];
    return new S3rver(Number(line.toString()), directory, child);
  }

  /** Files on its disk: objects, and parts of unfinished uploads. */
  async files(): Promise<string[]> {
    for (const folder of this.dropped) await remove(folder);
    const entries = await readdir(this.directory, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  }

  /** Uploads of a bucket that are neither completed nor dropped, by key. */
  async uploads(bucket: string): Promise<{ id: string; key: string }[]> {
    const folder = this.uploadsOf(bucket);
    const ids = await readdir(folder).catch(() => []);
    const uploads = await Promise.all(
      ids.map(async (id) => ({ id, key: await readFile(join(folder, id, 'key'), 'utf8').catch(() => null) })),
    );
    return uploads
      .flatMap(({ id, key }) => (key === null ? [] : [{ id, key }]))
      .sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  /**
   * Drops the parts of an upload, as S3 does when it is aborted; s3rver itself does not know that request, and may
   * still be writing a part whose request was cut.
   */
  async dropUpload(bucket: string, uploadId: string): Promise<void> {
    const folder = join(this.uploadsOf(bucket), uploadId);
    this.dropped.add(folder);
    await remove(folder);
  }

  private uploadsOf(bucket: string): string {
    return join(this.directory, bucket, '._S3rver_uploads');
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.stdin?.end();
    await ended;
    await remove(this.directory);
  }
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
}
