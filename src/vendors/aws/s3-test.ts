import { testResult, type ConnectionTest, type ConnectionTestResult } from '../../core/connectors/index.js';
import type { Egress } from '../../core/egress/index.js';
import { AwsCallError, explainAws, statusOf } from './aws-failure.js';
import { writeProbe } from './s3-probe.js';
import type { S3, S3Session } from './s3-session.js';

/** What a test works with. */
export interface TestedBucket {
  readonly session: S3Session;
  readonly egress: Egress;
  /** Empty, or ending with `/`. */
  readonly prefix: string;
}

/** The honest test of a bucket, step by step. @throws TestStepFailure of the step that failed. */
export async function testBucket(bucket: TestedBucket, test: ConnectionTest): Promise<ConnectionTestResult> {
  await bucket.egress.probe(bucketUrl(bucket.session), test);
  const refusal = await test.step('auth', () => signIn(bucket.session, test), explainAws);
  await test.step('access', () => (refusal === null ? Promise.resolve() : Promise.reject(refusal)), explainAws);
  if (test.deep) await test.step('write', () => writeProbe(bucket.session, bucket.prefix, test.signal), explainAws);
  return testResult.ok('The bucket can be reached');
}

/** Where requests for the bucket go. */
function bucketUrl({ options: { endpoint, bucket, isPathStyle } }: S3Session): URL {
  const url = new URL(endpoint);
  if (!isPathStyle) url.hostname = `${bucket}.${url.hostname}`;
  return url;
}

/**
 * Asks for the bucket.
 * @returns what the service refuses although it accepts key and signature, or `null`.
 * @throws AwsCallError when it does not accept them, or cannot be asked.
 */
async function signIn(session: S3Session, test: ConnectionTest): Promise<AwsCallError | null> {
  try {
    await session.call(test.signal, (s3, signal) => askForBucket(s3, session.options.bucket, signal));
    return null;
  } catch (error) {
    if (error instanceof AwsCallError && error.step === 'access') return error;
    throw error;
  }
}

/** HEAD answers have no body, and so no reason for a refusal: then the same right is asked for by GET. */
async function askForBucket({ sdk, client }: S3, Bucket: string, abortSignal: AbortSignal): Promise<void> {
  try {
    await client.send(new sdk.HeadBucketCommand({ Bucket }), { abortSignal });
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    await client.send(new sdk.ListObjectsV2Command({ Bucket, MaxKeys: 1 }), { abortSignal });
  }
}
