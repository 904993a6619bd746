import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsUUID } from 'class-validator';
import { OptionalField } from '../../../core/web/index.js';

export class RequestRotationDto {
  @ApiProperty({
    enum: ['data', 'master'],
    description:
      '`data`: new data keys, and everything encrypted anew. `master`: data keys wrapped by a new master key.',
    example: 'data',
  })
  @IsIn(['data', 'master'])
  kind!: 'data' | 'master';

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'With `data`: only this organization. All and the instance when it is left out.',
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b10',
  })
  @OptionalField()
  @IsUUID()
  organization_id?: string;
}
