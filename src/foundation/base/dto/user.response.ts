import { ApiProperty } from '@nestjs/swagger';
import type { Role } from '../../../core/access/index.js';
import { PageOf } from '../../../core/web/index.js';
import type { UserRecord } from '../user.service.js';

export class MembershipResponse {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b10' })
  organization_id!: string;

  @ApiProperty({ enum: ['admin', 'member'], example: 'member' })
  role!: Role;
}

export class UserResponse {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b01' })
  id!: string;

  @ApiProperty({ example: 'ada@example.com' })
  email!: string;

  @ApiProperty({ example: 'Ada Lovelace' })
  name!: string;

  @ApiProperty({ description: 'Instance admin.', example: false })
  is_admin!: boolean;

  @ApiProperty({ description: 'Whether the user may sign in.', example: true })
  is_active!: boolean;

  @ApiProperty({ description: 'Whether a password is set.', example: true })
  has_password!: boolean;

  @ApiProperty({ type: [MembershipResponse], description: 'Oldest first, of organizations that the caller reaches.' })
  memberships!: MembershipResponse[];

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  updated_at!: string;

  static from(this: void, user: UserRecord): UserResponse {
    return {
      id: user.id,
      email: user.email,
      name: user.name,
      is_admin: user.isAdmin,
      is_active: user.isActive,
      has_password: user.hasPassword,
      memberships: user.memberships.map(({ organizationId, role }) => ({ organization_id: organizationId, role })),
      created_at: user.createdAt.toISOString(),
      updated_at: user.updatedAt.toISOString(),
    };
  }
}

export class UserPage extends PageOf(UserResponse) {}
