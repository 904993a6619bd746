import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsBoolean, IsIn, IsObject, IsUUID, ValidateNested } from 'class-validator';
import type { Role } from '../../../core/access/index.js';
import { OptionalField } from '../../../core/web/index.js';
import type { UserInput } from '../user.service.js';
import { IsDisplayName, IsEmailAddress, IsNewPassword, PASSWORD_MAX, PASSWORD_MIN } from './input-fields.js';

const MAX_MEMBERSHIPS = 200;

export class MembershipDto {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b10' })
  @IsUUID('loose')
  organization_id!: string;

  @ApiProperty({ enum: ['admin', 'member'], example: 'member' })
  @IsIn(['admin', 'member'], { message: 'must be admin or member' })
  role!: Role;
}

export class CreateUserDto {
  @ApiProperty({ maxLength: 254, description: 'Unique in any case of its letters.', example: 'ada@example.com' })
  @IsEmailAddress()
  email!: string;

  @ApiProperty({ minLength: 1, maxLength: 255, example: 'Ada Lovelace' })
  @IsDisplayName()
  name!: string;

  @ApiPropertyOptional({
    minLength: PASSWORD_MIN,
    maxLength: PASSWORD_MAX,
    writeOnly: true,
    description: 'Without one the user cannot sign in yet.',
    example: 'correct horse battery staple',
  })
  @OptionalField()
  @IsNewPassword()
  password?: string;

  @ApiPropertyOptional({ description: 'Instance admin. A new user is none unless it is given.', example: false })
  @OptionalField()
  @IsBoolean()
  is_admin?: boolean;

  @ApiPropertyOptional({
    description: 'Whether the user may sign in. A new user may unless it is given.',
    example: true,
  })
  @OptionalField()
  @IsBoolean()
  is_active?: boolean;

  @ApiProperty({ type: [MembershipDto], maxItems: MAX_MEMBERSHIPS, description: 'The whole list.' })
  @IsArray()
  @ArrayMaxSize(MAX_MEMBERSHIPS)
  @ArrayUnique((entry: Partial<MembershipDto> | null) => entry?.organization_id?.toLowerCase?.(), {
    message: 'must name each organization once',
  })
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => MembershipDto)
  memberships!: MembershipDto[];
}

/** The given fields are set. A new password, or `is_active: false`, ends all sessions of the user at once. */
export class UpdateUserDto extends PartialType(CreateUserDto, { skipNullProperties: false }) {}

export function newUserOf(body: CreateUserDto): UserInput {
  return { ...userChangeOf(body), email: body.email, name: body.name };
}

export function userChangeOf(body: UpdateUserDto): Partial<UserInput> {
  return {
    email: body.email,
    name: body.name,
    password: body.password,
    isAdmin: body.is_admin,
    isActive: body.is_active,
    memberships: body.memberships?.map(({ organization_id, role }) => ({
      organizationId: organization_id.toLowerCase(),
      role,
    })),
  };
}
