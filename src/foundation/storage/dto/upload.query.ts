import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsUUID } from 'class-validator';
import { OptionalField } from '../../../core/web/index.js';
import type { DocumentPurpose } from '../documents/storage-document.entity.js';

export const UPLOAD_FIELDS = ['organization_id', 'purpose'] as const;

/** What an upload says beside its file: as query parameters, or as fields before the file. */
export class UploadQuery {
  @ApiPropertyOptional({ format: 'uuid', description: "The session's organization when left out." })
  @OptionalField()
  @IsUUID()
  organization_id?: string;

  @ApiPropertyOptional({
    enum: ['document', 'config'],
    default: 'document',
    description:
      '`config`: for file params. UTF-8 of at most 1 MiB, encrypted in the built-in filesystem, not listed, content never answered; only whoever uploaded it may name it in a param.',
  })
  @OptionalField()
  @IsIn(['document', 'config'])
  purpose?: DocumentPurpose;
}
