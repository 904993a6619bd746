import { ApiProperty } from '@nestjs/swagger';
import type { Role } from '../../../core/access/index.js';
import type { SessionView } from '../sessions/session-view.js';

export class SessionUserResponse {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b01' })
  id!: string;

  @ApiProperty({ example: 'ada@example.com' })
  email!: string;

  @ApiProperty({ example: 'Ada Lovelace' })
  name!: string;

  @ApiProperty({ description: 'Instance admin.', example: true })
  is_admin!: boolean;
}

export class SessionOrganizationResponse {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b10' })
  id!: string;

  @ApiProperty({ example: 'Acme GmbH' })
  name!: string;

  @ApiProperty({ enum: ['admin', 'member'], example: 'admin' })
  role!: Role;
}

export class SessionResponse {
  @ApiProperty({ type: SessionUserResponse })
  user!: SessionUserResponse;

  @ApiProperty({ type: [SessionOrganizationResponse], description: 'Memberships, oldest first.' })
  organizations!: SessionOrganizationResponse[];

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Default for creates and unfiltered lists: the first membership until another is chosen.',
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b10',
  })
  organization_id!: string | null;

  static from({ user, organizations, organizationId }: SessionView): SessionResponse {
    return {
      user: { id: user.id, email: user.email, name: user.name, is_admin: user.isAdmin },
      organizations: organizations.map(({ id, name, role }) => ({ id, name, role })),
      organization_id: organizationId,
    };
  }
}
