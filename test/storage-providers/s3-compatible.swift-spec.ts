import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { ConnectionTest } from '../../src/core/connectors/index.js';
import { describeStorageBackend } from '../contracts/storage-backend.js';
import { SwiftPeer } from '../support/peers/swift.js';
import { compatibleConnection } from '../support/s3-subject.js';

const Bucket = 'documents';
const signal = new AbortController().signal;

let swift: SwiftPeer;
/** Looks into the bucket beside what is tested. */
let client: S3Client;

beforeAll(async () => {
  swift = await SwiftPeer.start();
  client = new S3Client({
    endpoint: swift.endpoint,
    region: swift.keys.region,
    credentials: { accessKeyId: swift.keys.accessKey, secretAccessKey: swift.keys.secretKey },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  await client.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => swift.stop());

const connect = (changes: Parameters<typeof compatibleConnection>[1] = {}) =>
  compatibleConnection({ endpoint: swift.endpoint, port: swift.port, bucket: Bucket, keys: swift.keys }, changes);

async function traces(): Promise<string[]> {
  const objects = await client.send(new ListObjectsV2Command({ Bucket }));
  const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket }));
  return [...(objects.Contents ?? []), ...(uploads.Uploads ?? [])].map(({ Key }) => Key ?? '');
}

describeStorageBackend('s3_compatible on OpenStack Swift', () => {
  const backend = connect({ prefix: 'Ordner ü' });
  return Promise.resolve({ backend, traces, close: async () => backend.dispose?.() });
});

it('discards uploads of a key that a crash left unfinished, and no others', async () => {
  const before = await traces();
  for (const Key of ['crashed', 'crashed', 'crashed2']) {
    await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  }
  const connection = connect();
  await connection.discard?.('crashed', { signal });
  expect(await traces()).toEqual([...before, 'crashed2']);
  await connection.discard?.('crashed2', { signal });
  expect(await traces()).toEqual(before);
  await connection.dispose?.();
});

describe('the test of a bucket of OpenStack Swift', () => {
  it('passes, also with the write probe, and leaves nothing', async () => {
    const before = await traces();
    const connection = connect();
    const test = new ConnectionTest(signal, true);
    expect(await connection.testConnection(test)).toMatchObject({ outcome: 'ok' });
    expect(test.steps.map(({ name }) => name)).toEqual(['egress', 'connect', 'auth', 'access', 'write']);
    expect(await traces()).toEqual(before);
    await connection.dispose?.();
  });

  it.each([
    ['a wrong secret', { secret_key: 'wrong' }, 'auth', 'The secret access key does not fit the access key'],
    // Swift does not say which of the two is wrong.
    [
      'an unknown access key',
      { access_key: 'test:nobody' },
      'auth',
      'The secret access key does not fit the access key',
    ],
    ['a wrong region', { region: 'us-west-2' }, 'auth', 'The bucket is in another region'],
    ['an unknown bucket', { bucket: 'nowhere' }, 'access', 'The bucket does not exist'],
  ])('says that there is %s', async (_name, changes, step, message) => {
    const connection = connect(changes);
    await expect(connection.testConnection(new ConnectionTest(signal))).rejects.toMatchObject({ step, message });
    await connection.dispose?.();
  });
});
