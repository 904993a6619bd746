import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { OptionalField } from '../../../core/web/index.js';

export class DeleteConnectorQuery {
  @ApiPropertyOptional({ enum: ['forget'], description: 'Drops the records of documents that lie there; audited.' })
  @OptionalField()
  @IsIn(['forget'])
  documents?: 'forget';
}
