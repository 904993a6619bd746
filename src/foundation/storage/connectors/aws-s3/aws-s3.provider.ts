import { S3Connection, awsEndpoint, type AwsKeys, type AwsRole } from '../../../../vendors/aws/index.js';
import {
  Connector,
  Egress,
  StorageConnectorProvider,
  field,
  type ConfigOf,
  type StorageConnection,
} from '../../contracts/index.js';

const schema = [
  field.text('bucket', 'Bucket', {
    pattern: '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]',
    patternHint: 'must be 3–63 lower-case letters, digits, dots and hyphens',
    docsUrl: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html',
  }),
  field.text('region', 'Region', {
    default: 'us-east-1',
    endpoint: true,
    pattern: '[a-z]{2,8}(-[a-z]{2,16}){1,3}-[0-9]{1,2}',
    patternHint: 'must be the code of a region, e.g. eu-central-1',
    help: 'The region in which the bucket was created.',
  }),
  field.text('access_key', 'Access key ID', { placeholder: 'AKIA…' }),
  field.secret('secret_key', 'Secret access key'),
  field.secret('session_token', 'Session token', {
    required: false,
    help: 'Only for temporary keys. They expire: a role is the better way.',
  }),
  field.text('role_arn', 'Role to assume', {
    required: false,
    pattern: 'arn:aws[a-z-]*:iam::[0-9]{12}:role/[\\w+=,.@/-]{1,512}',
    patternHint: 'must be the ARN of a role, e.g. arn:aws:iam::123456789012:role/documents',
    help: 'The keys then only need the right to assume this role.',
  }),
  field.text('external_id', 'External ID', {
    required: false,
    help: "What the role's trust policy demands as external ID.",
  }),
  field.text('prefix', 'Folder', { required: false, help: 'All objects are kept below this folder of the bucket.' }),
  field.choice(
    'sse',
    'Server-side encryption',
    [
      { value: 'bucket_default', label: 'As the bucket is set up' },
      { value: 'AES256', label: 'Keys of S3 (SSE-S3)' },
      { value: 'aws:kms', label: "The bucket's or account's KMS key (SSE-KMS)" },
    ],
    { default: 'bucket_default' },
  ),
] as const;

type Config = ConfigOf<typeof schema>;

/** Amazon S3. Signs in with the given keys only, never with those of the machine it runs on. */
@Connector({
  category: 'storage',
  providerType: 'aws_s3',
  displayName: 'Amazon S3',
  description: 'Keeps documents in a bucket of Amazon S3.',
  docsUrl: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html',
})
export class AwsS3Provider extends StorageConnectorProvider<Config> {
  readonly configSchema = schema;

  constructor(private readonly egress: Egress) {
    super();
  }

  fromConfig(config: Config): StorageConnection {
    const { bucket, region, prefix, sse } = config;
    const standard = awsEndpoint('s3', region);
    const endpoint = this.egress.endpointFor(standard);
    return new S3Connection(
      {
        endpoint,
        region,
        bucket,
        // Names with dots do not fit the service's certificate; another endpoint need not know buckets as host names.
        isPathStyle: bucket.includes('.') || endpoint.origin !== standard.origin,
        keys: keysOf(config),
        ...this.roleOf(config),
        ...(prefix !== undefined && { prefix }),
        ...(sse !== 'bucket_default' && { encryption: sse }),
      },
      this.egress,
    );
  }

  private roleOf({ role_arn: arn, external_id: externalId, region }: Config): { role?: AwsRole } {
    if (arn === undefined) return {};
    const endpoint = this.egress.endpointFor(awsEndpoint('sts', region));
    return { role: { arn, endpoint, region, ...(externalId !== undefined && { externalId }) } };
  }
}

function keysOf({ access_key, secret_key, session_token }: Config): AwsKeys {
  return {
    accessKeyId: access_key,
    secretAccessKey: secret_key,
    ...(session_token !== undefined && { sessionToken: session_token }),
  };
}
