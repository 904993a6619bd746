import { ApiProperty } from '@nestjs/swagger';
import type { TokenScope } from '../../../core/access/index.js';
import { PageOf } from '../../../core/web/index.js';
import type { ApiTokenRecord } from '../tokens/api-token.service.js';
import { TOKEN_SCOPES } from './create-token.dto.js';

export class TokenResponse {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b30' })
  id!: string;

  @ApiProperty({ example: 'Nightly import' })
  name!: string;

  @ApiProperty({ enum: TOKEN_SCOPES, isArray: true, example: ['read', 'write'] })
  scopes!: TokenScope[];

  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b10' })
  organization_id!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  expires_at!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Right to the minute.',
    example: null,
  })
  last_used_at!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  created_at!: string;

  static from(this: void, record: ApiTokenRecord): TokenResponse {
    return {
      id: record.id,
      name: record.name,
      scopes: [...record.scopes],
      organization_id: record.organizationId,
      expires_at: record.expiresAt?.toISOString() ?? null,
      last_used_at: record.lastUsedAt?.toISOString() ?? null,
      created_at: record.createdAt.toISOString(),
    };
  }
}

export class NewTokenResponse extends TokenResponse {
  @ApiProperty({
    description: 'For `Authorization: Bearer <token>`. It is told in this answer only.',
    example: 'ede_uO1Yc0vXz1m5o3qkQ2f0c9a1b22uO1Yc0vXz1m5o3qk',
  })
  token!: string;

  static fromNew({ record, text }: { record: ApiTokenRecord; text: string }): NewTokenResponse {
    return { ...TokenResponse.from(record), token: text };
  }
}

export class TokenPage extends PageOf(TokenResponse) {}
