import { S3Connection } from '../../../../vendors/aws/index.js';
import {
  Connector,
  Egress,
  StorageConnectorProvider,
  field,
  type ConfigOf,
  type StorageConnection,
} from '../../contracts/index.js';

const schema = [
  field.url('endpoint', 'Endpoint', {
    endpoint: true,
    placeholder: 'https://s3.example.com',
    help: 'Address of the service without the bucket.',
  }),
  field.text('region', 'Region', {
    default: 'us-east-1',
    pattern: '[A-Za-z0-9-]{1,63}',
    patternHint: 'must be letters, digits and hyphens',
    help: 'Most services accept the default; some, e.g. Wasabi or OVH, have regions of their own.',
  }),
  field.text('bucket', 'Bucket', {
    pattern: '[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]',
    patternHint: 'must be letters, digits, dots, hyphens and underscores',
  }),
  field.text('access_key', 'Access key'),
  field.secret('secret_key', 'Secret key'),
  field.boolean('force_path_style', 'Bucket in the path', {
    default: true,
    help: 'Off: the bucket is put before the host name, as Amazon does.',
  }),
  field.text('prefix', 'Folder', { required: false, help: 'All objects are kept below this folder of the bucket.' }),
] as const;

type Config = ConfigOf<typeof schema>;

/** Any service that speaks the S3 protocol: MinIO, Ceph, Cloudflare R2, Wasabi, OpenStack Swift … */
@Connector({
  category: 'storage',
  providerType: 's3_compatible',
  displayName: 'S3-compatible storage',
  description: 'Keeps documents in a bucket of MinIO, Ceph, Cloudflare R2, Wasabi or another service that speaks S3.',
})
export class S3CompatibleProvider extends StorageConnectorProvider<Config> {
  readonly configSchema = schema;

  constructor(private readonly egress: Egress) {
    super();
  }

  fromConfig({
    endpoint,
    region,
    bucket,
    access_key,
    secret_key,
    force_path_style,
    prefix,
  }: Config): StorageConnection {
    return new S3Connection(
      {
        endpoint: this.egress.endpointFor(endpoint),
        region,
        bucket,
        isPathStyle: force_path_style,
        keys: { accessKeyId: access_key, secretAccessKey: secret_key },
        ...(prefix !== undefined && { prefix }),
      },
      this.egress,
    );
  }
}
