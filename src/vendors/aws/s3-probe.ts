import { randomUUID } from 'node:crypto';
import { AwsCallError, isNamed } from './aws-failure.js';
import type { S3, S3Session } from './s3-session.js';

const CONTENT = 'Written by a connection test of EDE Connectors; it may be deleted.\n';

interface ProbeObject {
  readonly Bucket: string;
  readonly Key: string;
  /** Set where the bucket keeps versions: without it a deletion would leave the object as an old version. */
  readonly VersionId?: string;
}

/**
 * Writes, reads and deletes one small object below the prefix; also after a failure nothing is left behind.
 * @throws AwsCallError that names the missing permission, or what is wrong otherwise.
 */
export async function writeProbe(session: S3Session, prefix: string, signal: AbortSignal): Promise<void> {
  const probe = { Bucket: session.options.bucket, Key: `${prefix}.ede-connectors-probe-${randomUUID()}` };
  let written: ProbeObject = probe;
  try {
    await session.call(signal, async (s3, abortSignal) => {
      written = await put(s3, probe, session.options.encryption, abortSignal);
      await read(s3, written, abortSignal);
      await remove(s3, written, abortSignal);
    });
  } catch (error) {
    await session.cleanUp((s3, abortSignal) => remove(s3, written, abortSignal));
    throw error;
  }
}

async function put(
  { sdk, client }: S3,
  probe: ProbeObject,
  encryption: 'AES256' | 'aws:kms' | undefined,
  abortSignal: AbortSignal,
): Promise<ProbeObject> {
  const input = {
    ...probe,
    Body: Buffer.from(CONTENT),
    ContentType: 'text/plain',
    ...(encryption !== undefined && { ServerSideEncryption: encryption }),
  };
  const { VersionId } = await permitted('s3:PutObject', client.send(new sdk.PutObjectCommand(input), { abortSignal }));
  return VersionId === undefined ? probe : { ...probe, VersionId };
}

async function read({ sdk, client }: S3, { Bucket, Key }: ProbeObject, abortSignal: AbortSignal): Promise<void> {
  const answer = await permitted(
    's3:GetObject',
    client.send(new sdk.GetObjectCommand({ Bucket, Key }), { abortSignal }),
  );
  const content = await answer.Body?.transformToString();
  if (content !== CONTENT) {
    throw new AwsCallError({
      step: 'access',
      message: 'The service gave back other content than was written',
      hint: 'Check what stands between this server and the service',
    });
  }
}

/** Deleting a version is a right of its own; without it the plain deletion is the best there is. */
async function remove({ sdk, client }: S3, probe: ProbeObject, abortSignal: AbortSignal): Promise<void> {
  const { Bucket, Key, VersionId } = probe;
  if (VersionId !== undefined) {
    const isGone = await client.send(new sdk.DeleteObjectCommand({ Bucket, Key, VersionId }), { abortSignal }).then(
      () => true,
      () => false,
    );
    if (isGone) return;
  }
  await permitted('s3:DeleteObject', client.send(new sdk.DeleteObjectCommand({ Bucket, Key }), { abortSignal }));
}

async function permitted<T>(permission: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!isNamed(error, 'AccessDenied')) throw error;
    const explanation = {
      step: 'access',
      message: `The access key lacks the permission ${permission}`,
      hint: `Grant ${permission} for the bucket and its prefix`,
    } as const;
    throw new AwsCallError(explanation, { cause: error });
  }
}
