import { Body, Controller, Get, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, RequireRole, Scope } from '../../../core/access/index.js';
import { InvalidInputError, RecordNotFoundError } from '../../../core/errors/index.js';
import { ApiErrors, Idempotent, PageQuery, UuidParam } from '../../../core/web/index.js';
import { EmailTakenError, LastInstanceAdminError } from '../base.errors.js';
import { pageOf } from '../created-page.js';
import { CreateUserDto, newUserOf, UpdateUserDto, userChangeOf } from '../dto/user-input.dto.js';
import { UserPage, UserResponse } from '../dto/user.response.js';
import { USERS, UserService } from '../user.service.js';

@ApiTags('Users')
@Controller('users')
export class UserController {
  constructor(private readonly users: UserService) {}

  @Get()
  @RequireRole('instance_admin', { tokenScopes: ['admin'] })
  @ApiOperation({
    operationId: 'listUsers',
    summary: 'List users',
    description: 'Needs an instance admin, or his token with the scope `admin`. Newest first.',
  })
  @ApiOkResponse({ type: UserPage })
  @ApiErrors(InvalidInputError)
  async list(@CurrentScope() scope: Scope, @Query() query: PageQuery): Promise<UserPage> {
    const rows = await this.users.list(scope, query);
    return pageOf(rows, { shape: USERS, query, idOf: ({ id }) => id }, UserResponse.from);
  }

  @Post()
  @RequireRole('instance_admin', { tokenScopes: ['admin'] })
  @Idempotent()
  @ApiOperation({
    operationId: 'createUser',
    summary: 'Create a user',
    description: 'Needs an instance admin, or his token with the scope `admin`.',
  })
  @ApiCreatedResponse({ type: UserResponse })
  @ApiErrors(InvalidInputError, RecordNotFoundError, EmailTakenError)
  async create(@CurrentScope() scope: Scope, @Body() body: CreateUserDto): Promise<UserResponse> {
    return UserResponse.from(await this.users.create(scope, newUserOf(body)));
  }

  @Get(':id')
  @RequireRole('instance_admin', { tokenScopes: ['admin'] })
  @ApiOperation({
    operationId: 'getUser',
    summary: 'Get a user',
    description: 'Needs an instance admin, or his token with the scope `admin`.',
  })
  @ApiOkResponse({ type: UserResponse })
  @ApiErrors(RecordNotFoundError)
  async get(@CurrentScope() scope: Scope, @UuidParam('id') id: string): Promise<UserResponse> {
    return UserResponse.from(await this.users.get(scope, id));
  }

  @Put(':id')
  @RequireRole('instance_admin', { tokenScopes: ['admin'] })
  @ApiOperation({
    operationId: 'updateUser',
    summary: 'Change a user',
    description:
      'Sets the given fields; `memberships`, when given, is the whole list. A new password, or `is_active: false`, ends all sessions of the user at once; `is_active: false` ends his API tokens too.',
  })
  @ApiOkResponse({ type: UserResponse })
  @ApiErrors(InvalidInputError, RecordNotFoundError, EmailTakenError, LastInstanceAdminError)
  async update(
    @CurrentScope() scope: Scope,
    @UuidParam('id') id: string,
    @Body() body: UpdateUserDto,
  ): Promise<UserResponse> {
    return UserResponse.from(await this.users.update(scope, id, userChangeOf(body)));
  }
}
