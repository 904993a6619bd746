import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { Role } from '../../../core/access/index.js';

export class PutMemberDto {
  @ApiProperty({ enum: ['admin', 'member'], example: 'member' })
  @IsIn(['admin', 'member'], { message: 'must be admin or member' })
  role!: Role;
}
