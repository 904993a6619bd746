import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '../../../core/web/index.js';
import type { ConnectorStatus } from '../connector.entity.js';
import { ConnectorParamResponse } from './connector-param.response.js';

/** The provider of a connector, as far as a list or form shows it. */
export class ConnectorProviderResponse {
  @ApiProperty({ description: 'The provider type itself when the provider is not available.', example: 'Amazon S3' })
  display_name!: string;

  @ApiProperty({ description: 'Whether this server has the provider.', example: true })
  available!: boolean;

  @ApiProperty({ type: String, nullable: true, example: '/api/connectors/types/storage/aws_s3/logo' })
  logo_url!: string | null;
}

/** A connector as a client sees it. */
export class ConnectorResponse {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22' })
  id!: string;

  @ApiProperty({ example: "Acme's bucket" })
  name!: string;

  @ApiProperty({ example: 'storage' })
  category!: string;

  @ApiProperty({ example: 'aws_s3' })
  provider_type!: string;

  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b21' })
  organization_id!: string;

  @ApiProperty({ description: 'Moves only by activate and deactivate.', example: false })
  is_enabled!: boolean;

  @ApiProperty({ description: 'The one default of its category and organization.', example: false })
  is_default!: boolean;

  @ApiProperty({ description: 'Default and enabled: what routing takes.', example: false })
  is_routing!: boolean;

  @ApiProperty({ enum: ['draft', 'connected', 'error'], example: 'draft' })
  status!: ConnectorStatus;

  @ApiProperty({ type: String, nullable: true, maxLength: 512, description: 'Result of the last test.', example: null })
  status_message!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  last_tested_at!: string | null;

  @ApiProperty({ type: [ConnectorParamResponse], description: 'In `sequence` order.' })
  param_ids!: ConnectorParamResponse[];

  @ApiProperty({
    description: 'A legacy `config` is stored; it is used only while there are no params.',
    example: false,
  })
  has_legacy_config!: boolean;

  @ApiProperty({ type: ConnectorProviderResponse })
  provider!: ConnectorProviderResponse;

  @ApiProperty({ type: 'integer', description: 'Rises with every stored change; also the `ETag`.', example: 1 })
  version!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  updated_at!: string;
}

export class ConnectorPage extends PageOf(ConnectorResponse) {}
