import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import type {
  Choice,
  ConfigField,
  FieldType,
  OAuthDefinition,
  RegisteredProvider,
} from '../../../core/connectors/index.js';
import { OptionalField } from '../../../core/web/index.js';
import { logoUrl } from '../connector.presenter.js';
import { callbackUrl } from '../oauth/callback-url.js';

const FIELD_TYPES = [
  'text',
  'secret',
  'number',
  'boolean',
  'choice',
  'url',
  'multiline',
  'json',
  'file',
  'map',
] as const;

export class TypesQuery {
  @ApiProperty({ required: false, description: 'Only this category.', example: 'storage' })
  @OptionalField()
  @IsString()
  @MaxLength(64)
  category?: string;
}

export class ChoiceResponse implements Choice {
  @ApiProperty({ example: 'eu' })
  value!: string;

  @ApiProperty({ example: 'Europe' })
  label!: string;
}

export class ShownWhenResponse {
  @ApiProperty({ example: 'security' })
  key!: string;

  @ApiProperty({ type: [String], example: ['starttls', 'tls'] })
  in!: string[];
}

/** One declared param: what a form needs to draw and check it. */
export class ConfigFieldResponse {
  @ApiProperty({ example: 'bucket' })
  key!: string;

  @ApiProperty({ example: 'Bucket' })
  label!: string;

  @ApiProperty({ enum: FIELD_TYPES, example: 'text' })
  type!: FieldType;

  @ApiProperty({ description: 'Checked by test and use, not by saving.', example: true })
  required!: boolean;

  @ApiProperty({ description: 'Write-only.', example: false })
  secret!: boolean;

  @ApiProperty({ description: 'Changing it asks for every kept secret again.', example: false })
  endpoint!: boolean;

  @ApiProperty({
    required: false,
    oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }],
    example: 'us-east-1',
  })
  default?: string | number | boolean;

  @ApiProperty({ required: false, description: 'Regular expression for the whole value.', example: '[a-z0-9.-]{3,63}' })
  pattern?: string;

  @ApiProperty({ required: false, example: '3 to 63 lower case letters, digits, dots and hyphens' })
  pattern_hint?: string;

  @ApiProperty({ required: false, example: 'The bucket must exist' })
  help?: string;

  @ApiProperty({ required: false, example: 'https://docs.example.com/buckets' })
  docs_url?: string;

  @ApiProperty({ required: false, example: 'acme-documents' })
  placeholder?: string;

  @ApiProperty({ required: false, type: [ChoiceResponse] })
  choices?: ChoiceResponse[];

  @ApiProperty({
    required: false,
    type: ShownWhenResponse,
    description: 'Shown only while another field has one of these values.',
  })
  shown_when?: ShownWhenResponse;

  @ApiProperty({ required: false, example: 1 })
  min?: number;

  @ApiProperty({ required: false, example: 65535 })
  max?: number;

  static from(field: ConfigField): ConfigFieldResponse {
    const { key, label, type, required, secret, endpoint, pattern, help, placeholder, min, max } = field;
    return omitUndefined({
      key,
      label,
      type,
      required,
      secret,
      endpoint,
      default: field.default,
      pattern,
      pattern_hint: field.patternHint,
      help,
      docs_url: field.docsUrl,
      placeholder,
      choices: field.choices?.map(({ value, label: text }) => ({ value, label: text })),
      shown_when: field.shownWhen && { key: field.shownWhen.key, in: [...field.shownWhen.in] },
      min,
      max,
    });
  }
}

function omitUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

export class ProviderOAuthResponse {
  @ApiProperty({
    description: 'The exact callback URL to register with the vendor.',
    example: 'http://localhost:3000/api/connectors/oauth/callback/google_drive',
  })
  redirect_uri!: string;

  @ApiProperty({ type: [String], example: ['https://www.googleapis.com/auth/drive.file'] })
  scopes!: string[];

  @ApiProperty({
    type: [String],
    description: 'Params that must be set before a consent can start.',
    example: ['client_id', 'client_secret'],
  })
  required_keys!: string[];

  static from({ scopes, clientIdKey, clientSecretKey }: OAuthDefinition, redirectUri: string): ProviderOAuthResponse {
    return { redirect_uri: redirectUri, scopes: [...scopes], required_keys: [clientIdKey, clientSecretKey] };
  }
}

/** A registered provider, as the catalog and the form need it. */
export class ProviderTypeResponse {
  @ApiProperty({ example: 's3_compatible' })
  provider_type!: string;

  @ApiProperty({ example: 'S3-compatible storage' })
  display_name!: string;

  @ApiProperty({ example: 'storage' })
  category!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Any server that speaks the S3 protocol.' })
  description!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://docs.example.com/s3' })
  docs_url!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '/api/connectors/types/storage/s3_compatible/logo' })
  logo_url!: string | null;

  @ApiProperty({ description: 'false: the service cannot be tried without posting.', example: true })
  testable!: boolean;

  @ApiProperty({ type: ProviderOAuthResponse, nullable: true })
  oauth!: ProviderOAuthResponse | null;

  @ApiProperty({ type: [ConfigFieldResponse] })
  config_schema!: ConfigFieldResponse[];

  /** @param origin public origin of this server, for the redirect URI. */
  static from({ metadata, provider, logo }: RegisteredProvider, origin: string): ProviderTypeResponse {
    const { category, providerType } = metadata;
    return {
      provider_type: providerType,
      display_name: metadata.displayName,
      category,
      description: metadata.description ?? null,
      docs_url: metadata.docsUrl ?? null,
      logo_url: logo === null ? null : logoUrl(category, providerType),
      testable: metadata.testable ?? true,
      oauth: provider.oauth ? ProviderOAuthResponse.from(provider.oauth, callbackUrl(origin, providerType)) : null,
      config_schema: provider.configSchema.map(ConfigFieldResponse.from),
    };
  }
}
