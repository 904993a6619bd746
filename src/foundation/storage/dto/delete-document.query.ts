import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { OptionalField, QueryBoolean } from '../../../core/web/index.js';

export class DeleteDocumentQuery {
  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'Drop the record although its bytes cannot be removed, because the bucket is lost.',
  })
  @OptionalField()
  @QueryBoolean()
  @IsBoolean()
  forget?: boolean;
}
