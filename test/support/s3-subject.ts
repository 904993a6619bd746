import type { StorageConnection } from '../../src/foundation/storage/contracts/index.js';
import { AwsS3Provider } from '../../src/foundation/storage/connectors/aws-s3/aws-s3.provider.js';
import { S3CompatibleProvider } from '../../src/foundation/storage/connectors/s3-compatible/s3-compatible.provider.js';
import { egressFor } from './egress.js';
import type { S3Peer } from './peers/s3-peer.js';

type Params<Provider extends { fromConfig(config: never): unknown }> = Parameters<Provider['fromConfig']>[0];

/** A connection of `s3_compatible` to the peer, as a checked config makes it. */
export function compatibleConnection(
  peer: Pick<S3Peer, 'endpoint' | 'port' | 'bucket' | 'keys'>,
  changes: Partial<Params<S3CompatibleProvider>> = {},
): StorageConnection {
  const { egress } = egressFor({ allow: [`127.0.0.1:${peer.port}`] });
  return new S3CompatibleProvider(egress).fromConfig({
    endpoint: peer.endpoint,
    region: peer.keys.region,
    bucket: peer.bucket,
    access_key: peer.keys.accessKey,
    secret_key: peer.keys.secretKey,
    force_path_style: true,
    ...changes,
  });
}

/** A connection of `aws_s3` to the peer, where the operator leads Amazon's endpoint to it. */
export function awsConnection(peer: S3Peer, changes: Partial<Params<AwsS3Provider>> = {}): StorageConnection {
  const { region } = peer.keys;
  const { egress } = egressFor({
    allow: [`127.0.0.1:${peer.port}`],
    overrides: {
      [`https://s3.${region}.amazonaws.com`]: peer.endpoint,
      [`https://sts.${region}.amazonaws.com`]: peer.endpoint,
    },
  });
  return new AwsS3Provider(egress).fromConfig({
    bucket: peer.bucket,
    region,
    access_key: peer.keys.accessKey,
    secret_key: peer.keys.secretKey,
    sse: 'bucket_default',
    ...changes,
  });
}
