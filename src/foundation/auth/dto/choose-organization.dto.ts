import { ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';

export class ChooseOrganizationDto {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b10' })
  @IsUUID('loose')
  organization_id!: string;
}
