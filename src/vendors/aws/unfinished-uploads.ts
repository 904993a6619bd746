import { isNamed } from './aws-failure.js';
import type { S3 } from './s3-session.js';

/** Most uploads of one key that are looked for: one call opens at most one with each of its attempts. */
const MAX_UPLOADS = 10;

interface ObjectName {
  readonly Bucket: string | undefined;
  readonly Key: string | undefined;
}

/**
 * Drops the unfinished uploads of one key, also those whose ids nobody was told.
 * @param kept the one that goes on.
 * @throws the SDK's error, e.g. when the access key may not list uploads.
 */
export async function dropUnfinished(
  { sdk, client }: S3,
  { Bucket, Key }: ObjectName,
  abortSignal: AbortSignal,
  kept?: string,
): Promise<void> {
  const list = new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: Key, MaxUploads: MAX_UPLOADS });
  const { Uploads = [] } = await client.send(list, { abortSignal });
  for (const { Key: key, UploadId } of Uploads) {
    if (key !== Key || UploadId === kept) continue;
    const abort = new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId });
    await client.send(abort, { abortSignal }).catch((error: unknown) => {
      // Lists may be late, so one that is gone keeps none of the others.
      if (!isNamed(error, 'NoSuchUpload')) throw error;
    });
  }
}
