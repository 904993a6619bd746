import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Put, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, RequireRole, Scope, SignedIn } from '../../../core/access/index.js';
import { InvalidInputError, RecordNotFoundError } from '../../../core/errors/index.js';
import { ApiErrors, PageQuery, UuidParam } from '../../../core/web/index.js';
import { pageOf } from '../created-page.js';
import { MemberPage, MemberResponse } from '../dto/member.response.js';
import { PutMemberDto } from '../dto/put-member.dto.js';
import { MEMBERS, MembershipService } from '../membership.service.js';

@ApiTags('Organizations')
@Controller('organizations/:id/members')
export class MemberController {
  constructor(private readonly memberships: MembershipService) {}

  @Get()
  @SignedIn()
  @ApiOperation({
    operationId: 'listMembers',
    summary: 'List the members of an organization',
    description: 'Newest first.',
  })
  @ApiOkResponse({ type: MemberPage })
  @ApiErrors(InvalidInputError, RecordNotFoundError)
  async list(
    @CurrentScope() scope: Scope,
    @UuidParam('id') id: string,
    @Query() query: PageQuery,
  ): Promise<MemberPage> {
    const rows = await this.memberships.list(scope, id, query);
    return pageOf(rows, { shape: MEMBERS, query, idOf: ({ userId }) => userId }, MemberResponse.from);
  }

  @Get(':user_id')
  @SignedIn()
  @ApiOperation({
    operationId: 'getMember',
    summary: 'Get a member of an organization',
    description: 'For everybody who is a member of it.',
  })
  @ApiOkResponse({ type: MemberResponse })
  @ApiErrors(RecordNotFoundError)
  async get(
    @CurrentScope() scope: Scope,
    @UuidParam('id') id: string,
    @UuidParam('user_id') userId: string,
  ): Promise<MemberResponse> {
    return MemberResponse.from(await this.memberships.get(scope, id, userId));
  }

  @Put(':user_id')
  @RequireRole('admin', { tokenScopes: ['admin'] })
  @ApiOperation({
    operationId: 'putMember',
    summary: 'Add a member or change a role',
    description: 'Needs an admin of the organization. The user must exist.',
  })
  @ApiOkResponse({ type: MemberResponse })
  @ApiErrors(InvalidInputError, RecordNotFoundError)
  async put(
    @CurrentScope() scope: Scope,
    @UuidParam('id') id: string,
    @UuidParam('user_id') userId: string,
    @Body() body: PutMemberDto,
  ): Promise<MemberResponse> {
    return MemberResponse.from(await this.memberships.put(scope, id, userId, body.role));
  }

  @Delete(':user_id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @RequireRole('admin', { tokenScopes: ['admin'] })
  @ApiOperation({
    operationId: 'removeMember',
    summary: 'Remove a member',
    description: 'Needs an admin of the organization. The user loses access at once.',
  })
  @ApiNoContentResponse()
  @ApiErrors(RecordNotFoundError)
  async remove(
    @CurrentScope() scope: Scope,
    @UuidParam('id') id: string,
    @UuidParam('user_id') userId: string,
  ): Promise<void> {
    await this.memberships.remove(scope, id, userId);
  }
}
