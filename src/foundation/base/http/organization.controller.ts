import { Body, Controller, Get, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, RequireRole, Scope, SignedIn } from '../../../core/access/index.js';
import { InvalidInputError, RecordNotFoundError, SealedError } from '../../../core/errors/index.js';
import { ApiErrors, Idempotent, PageQuery, UuidParam } from '../../../core/web/index.js';
import { SlugTakenError } from '../base.errors.js';
import { pageOf } from '../created-page.js';
import { CreateOrganizationDto, UpdateOrganizationDto } from '../dto/organization-input.dto.js';
import { OrganizationPage, OrganizationResponse } from '../dto/organization.response.js';
import { ORGANIZATIONS, OrganizationService } from '../organization.service.js';

@ApiTags('Organizations')
@Controller('organizations')
export class OrganizationController {
  constructor(private readonly organizations: OrganizationService) {}

  @Get()
  @SignedIn()
  @ApiOperation({
    operationId: 'listOrganizations',
    summary: 'List organizations',
    description: 'Those that the caller is a member of; all for an instance admin. Newest first.',
  })
  @ApiOkResponse({ type: OrganizationPage })
  @ApiErrors(InvalidInputError)
  async list(@CurrentScope() scope: Scope, @Query() query: PageQuery): Promise<OrganizationPage> {
    const rows = await this.organizations.list(scope, query);
    return pageOf(rows, { shape: ORGANIZATIONS, query, idOf: ({ id }) => id }, OrganizationResponse.from);
  }

  @Post()
  @RequireRole('instance_admin', { tokenScopes: ['admin'] })
  @Idempotent()
  @ApiOperation({
    operationId: 'createOrganization',
    summary: 'Create an organization',
    description: 'Makes its encryption key too. Needs an instance admin, or his token with the scope `admin`.',
  })
  @ApiCreatedResponse({ type: OrganizationResponse })
  @ApiErrors(InvalidInputError, SlugTakenError, SealedError)
  async create(@CurrentScope() scope: Scope, @Body() body: CreateOrganizationDto): Promise<OrganizationResponse> {
    return OrganizationResponse.from(await this.organizations.create(scope, body));
  }

  @Get(':id')
  @SignedIn()
  @ApiOperation({
    operationId: 'getOrganization',
    summary: 'Get an organization',
    description: 'One that the caller is a member of; any for an instance admin.',
  })
  @ApiOkResponse({ type: OrganizationResponse })
  @ApiErrors(RecordNotFoundError)
  async get(@CurrentScope() scope: Scope, @UuidParam('id') id: string): Promise<OrganizationResponse> {
    return OrganizationResponse.from(await this.organizations.get(scope, id));
  }

  @Put(':id')
  @RequireRole('admin', { tokenScopes: ['admin'] })
  @ApiOperation({
    operationId: 'updateOrganization',
    summary: 'Rename an organization',
    description: 'Sets the given fields. Needs an admin of the organization.',
  })
  @ApiOkResponse({ type: OrganizationResponse })
  @ApiErrors(InvalidInputError, RecordNotFoundError, SlugTakenError)
  async update(
    @CurrentScope() scope: Scope,
    @UuidParam('id') id: string,
    @Body() body: UpdateOrganizationDto,
  ): Promise<OrganizationResponse> {
    return OrganizationResponse.from(await this.organizations.update(scope, id, body));
  }
}
