import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '../../../core/web/index.js';
import type { StorageDocument } from '../documents/storage-document.entity.js';

/** A document as a client sees it. */
export class DocumentResponse {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b23' })
  id!: string;

  @ApiProperty({ description: 'File name, without a path.', example: 'contract.pdf' })
  name!: string;

  @ApiProperty({ description: 'MIME type that the uploader named.', example: 'application/pdf' })
  mime!: string;

  @ApiProperty({ type: 'integer', format: 'int64', description: 'Bytes.', example: 48213 })
  size!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'SHA-256 of the content, in hex. For configuration it is answered to the uploader only.',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  sha256!: string | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The connector that it was written to; `null` is the built-in local filesystem.',
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22',
  })
  connector_id!: string | null;

  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b21' })
  organization_id!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  created_at!: string;

  static from(document: StorageDocument): DocumentResponse {
    return {
      id: document.id,
      name: document.name,
      mime: document.mime,
      size: document.size ?? 0,
      sha256: document.sha256,
      connector_id: document.connectorId,
      organization_id: document.organizationId,
      created_at: document.createdAt.toISOString(),
    };
  }
}

export class DocumentPageResponse extends PageOf(DocumentResponse) {}
