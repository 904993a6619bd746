import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ConnectionTest, checkFieldValue } from '../../src/core/connectors/index.js';
import { AwsS3Provider } from '../../src/foundation/storage/connectors/aws-s3/aws-s3.provider.js';
import { awsEndpoint } from '../../src/vendors/aws/index.js';
import { egressFor } from '../support/egress.js';
import { EndlessServer } from '../support/peers/endless-server.js';
import { startS3Peer, type S3Peer } from '../support/peers/s3-peer.js';
import { StsPeer } from '../support/peers/sts-peer.js';
import { awsConnection } from '../support/s3-subject.js';

const signal = new AbortController().signal;
const ROLE = 'arn:aws:iam::123456789012:role/documents';

describe('Amazon S3', () => {
  let peer: S3Peer;
  beforeAll(async () => {
    peer = await startS3Peer({ sessionToken: 'a-session-token' });
  });
  afterAll(() => peer.stop());

  it.each([
    ['us-east-1', 'https://s3.us-east-1.amazonaws.com/'],
    ['eu-central-1', 'https://s3.eu-central-1.amazonaws.com/'],
    ['us-gov-west-1', 'https://s3.us-gov-west-1.amazonaws.com/'],
    ['cn-north-1', 'https://s3.cn-north-1.amazonaws.com.cn/'],
    ['eusc-de-east-1', 'https://s3.eusc-de-east-1.amazonaws.eu/'],
  ])('of %s is at %s', (region, url) => {
    expect(awsEndpoint('s3', region).href).toBe(url);
  });

  it('takes no region or bucket that would lead to another host', () => {
    const { configSchema } = new AwsS3Provider(egressFor().egress);
    const accepts = (key: string, value: string) =>
      checkFieldValue(
        configSchema.find((field) => field.key === key)!,
        value,
      ) === null;
    for (const region of ['us-east-1.evil.test/', 'evil.test#', 'us-east-1@evil', '', 'us east-1', '../..']) {
      expect(accepts('region', region)).toBe(false);
    }
    for (const bucket of ['a', 'A-Bucket', 'x/y', 'evil.test#b', '-ab', 'ab-', 'a b', 'b'.repeat(64)]) {
      expect(accepts('bucket', bucket)).toBe(false);
    }
    expect(['us-east-1', 'ap-southeast-5', 'us-gov-west-1'].every((region) => accepts('region', region))).toBe(true);
    expect(['abc', 'a.b-c', '0bucket0'].every((bucket) => accepts('bucket', bucket))).toBe(true);
  });

  it('is asked under the name of the bucket, over https, and blocked like any host', async () => {
    const { egress } = egressFor();
    const connection = new AwsS3Provider(egress).fromConfig({
      bucket: 'documents',
      region: 'eu-central-1',
      access_key: 'AKIA',
      secret_key: 'secret',
      sse: 'bucket_default',
    });
    const test = new ConnectionTest(AbortSignal.timeout(5_000));
    await expect(connection.testConnection(test)).rejects.toMatchObject({ step: 'resolve' });
    await connection.dispose?.();
  });

  it('sends the session token of temporary keys', async () => {
    const connection = awsConnection(peer, { session_token: 'a-session-token' });
    expect(await connection.testConnection(new ConnectionTest(signal))).toMatchObject({ outcome: 'ok' });
    await connection.dispose?.();
    const expired = awsConnection(peer, { session_token: 'another' });
    await expect(expired.testConnection(new ConnectionTest(signal))).rejects.toMatchObject({
      step: 'auth',
      message: 'The session token is not valid or has expired',
    });
    await expired.dispose?.();
  });

  it.each(['AES256', 'aws:kms'] as const)('asks for encryption by %s, for small and large objects', async (sse) => {
    const connection = awsConnection(peer, { session_token: 'a-session-token', sse });
    peer.gate.seen.length = 0;
    for (const size of [10, 6 * 1024 ** 2]) {
      const body = Readable.from([Buffer.alloc(size)]);
      await connection.put('sealed', body, { contentType: 'application/pdf', signal });
    }
    const asked = peer.gate.seen.filter(({ headers }) => headers['x-amz-server-side-encryption'] === sse);
    expect(asked.map(({ method, headers }) => [method, headers['content-type']])).toEqual([
      ['PUT', 'application/pdf'],
      ['POST', 'application/pdf'],
    ]);
    await connection.dispose?.();
  });

  describe('in a role', () => {
    let sts: StsPeer;
    beforeAll(async () => {
      sts = await StsPeer.start({
        caller: { accessKey: 'AKIACALLER', secretKey: 'caller-secret' },
        role: { arn: ROLE, externalId: 'our-external-id' },
        gives: { ...peer.keys, sessionToken: 'a-session-token' },
      });
    });
    afterAll(() => sts.stop());

    const inRole = (changes: object = {}, port = sts.port) => {
      const { egress } = egressFor({
        allow: ['127.0.0.1'],
        overrides: {
          'https://s3.eu-central-1.amazonaws.com': peer.endpoint,
          'https://sts.eu-central-1.amazonaws.com': `http://127.0.0.1:${port}`,
        },
      });
      return new AwsS3Provider(egress).fromConfig({
        bucket: peer.bucket,
        region: 'eu-central-1',
        access_key: 'AKIACALLER',
        secret_key: 'caller-secret',
        role_arn: ROLE,
        external_id: 'our-external-id',
        sse: 'bucket_default',
        ...changes,
      });
    };

    it('works with the keys that the role gives, asking for them once', async () => {
      const connection = inRole();
      expect(await connection.testConnection(new ConnectionTest(signal, true))).toMatchObject({ outcome: 'ok' });
      const { ref } = await connection.put('in-role', Readable.from(['x']), { contentType: 'text/plain', signal });
      expect(await text((await connection.get(ref, { signal })).body)).toBe('x');
      expect(sts.asked).toBe(1);
      await connection.dispose?.();
    });

    it('does not read an answer about the role without end', async () => {
      const endless = await EndlessServer.start();
      const connection = inRole({}, endless.port);
      await expect(connection.testConnection(new ConnectionTest(signal))).rejects.toMatchObject({
        step: 'auth',
        message: expect.stringContaining('more than a call of its kind needs'),
      });
      expect(endless.sent).toBeLessThan(64 * 1024 ** 2);
      await connection.dispose?.();
      await endless.stop();
    });

    it.each([
      ['another external ID', { external_id: 'wrong' }, 'The role cannot be assumed with this access key'],
      ['another role', { role_arn: `${ROLE}2` }, 'The role cannot be assumed with this access key'],
      ['a wrong secret', { secret_key: 'wrong' }, 'The secret access key does not fit the access key'],
      ['an unknown key', { access_key: 'AKIAUNKNOWN' }, 'The service does not know this access key'],
    ])('says what is wrong with %s', async (_name, changes, message) => {
      const connection = inRole(changes);
      await expect(connection.testConnection(new ConnectionTest(signal))).rejects.toMatchObject({
        step: 'auth',
        message,
      });
      await connection.dispose?.();
    });
  });
});
