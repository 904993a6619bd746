import { ApiProperty } from '@nestjs/swagger';
import type { Role } from '../../../core/access/index.js';
import { PageOf } from '../../../core/web/index.js';
import type { Member } from '../membership.service.js';

export class MemberResponse {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b01' })
  user_id!: string;

  @ApiProperty({ example: 'ada@example.com' })
  email!: string;

  @ApiProperty({ example: 'Ada Lovelace' })
  name!: string;

  @ApiProperty({ description: 'Whether the user may sign in.', example: true })
  is_active!: boolean;

  @ApiProperty({ enum: ['admin', 'member'], example: 'member' })
  role!: Role;

  @ApiProperty({
    format: 'date-time',
    description: 'When the user became a member.',
    example: '2026-11-24T09:30:00.000Z',
  })
  created_at!: string;

  static from(this: void, member: Member): MemberResponse {
    return {
      user_id: member.userId,
      email: member.email,
      name: member.name,
      is_active: member.isActive,
      role: member.role,
      created_at: member.createdAt.toISOString(),
    };
  }
}

export class MemberPage extends PageOf(MemberResponse) {}
