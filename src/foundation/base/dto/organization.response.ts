import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '../../../core/web/index.js';
import type { Organization } from '../organization.entity.js';

export class OrganizationResponse {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b10' })
  id!: string;

  @ApiProperty({ example: 'Acme GmbH' })
  name!: string;

  @ApiProperty({ description: 'Unique, for addresses.', example: 'acme' })
  slug!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  updated_at!: string;

  static from(this: void, organization: Organization): OrganizationResponse {
    return {
      id: organization.id,
      name: organization.name,
      slug: organization.slug,
      created_at: organization.createdAt.toISOString(),
      updated_at: organization.updatedAt.toISOString(),
    };
  }
}

export class OrganizationPage extends PageOf(OrganizationResponse) {}
