import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, Scope, SignedIn } from '../../../core/access/index.js';
import { InvalidInputError, RecordNotFoundError } from '../../../core/errors/index.js';
import { ApiErrors, PageQuery, UuidParam } from '../../../core/web/index.js';
import { pageOf } from '../../base/index.js';
import { ConfirmationRequiredError, TokenExpiryError } from '../auth.errors.js';
import { CreateTokenDto } from '../dto/create-token.dto.js';
import { NewTokenResponse, TokenPage, TokenResponse } from '../dto/token.response.js';
import { ApiTokenService, TOKENS } from '../tokens/api-token.service.js';

@ApiTags('API tokens')
@Controller('auth/tokens')
export class TokenController {
  constructor(private readonly tokens: ApiTokenService) {}

  @Get()
  @SignedIn({ sessionOnly: true })
  @ApiOperation({
    operationId: 'listTokens',
    summary: 'List the own API tokens',
    description: 'Newest first, without their text.',
  })
  @ApiOkResponse({ type: TokenPage })
  @ApiErrors(InvalidInputError)
  async list(@CurrentScope() scope: Scope, @Query() query: PageQuery): Promise<TokenPage> {
    const rows = await this.tokens.list(scope, query);
    return pageOf(rows, { shape: TOKENS, query, idOf: ({ id }) => id }, TokenResponse.from);
  }

  @Post()
  @SignedIn({ sessionOnly: true })
  @ApiOperation({
    operationId: 'createToken',
    summary: 'Create an API token',
    description: "It acts for the user within one organization, and never beyond the user's present role there.",
  })
  @ApiCreatedResponse({ type: NewTokenResponse })
  @ApiErrors(InvalidInputError, ConfirmationRequiredError, RecordNotFoundError, TokenExpiryError)
  async create(@CurrentScope() scope: Scope, @Body() body: CreateTokenDto): Promise<NewTokenResponse> {
    const created = await this.tokens.create(scope, {
      name: body.name,
      scopes: body.scopes,
      organizationId: body.organization_id?.toLowerCase(),
      expiresAt: body.expires_at ? new Date(body.expires_at) : null,
    });
    return NewTokenResponse.fromNew(created);
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @SignedIn({ sessionOnly: true })
  @ApiOperation({
    operationId: 'deleteToken',
    summary: 'Revoke an API token',
    description: 'It stops working at once.',
  })
  @ApiNoContentResponse()
  @ApiErrors(RecordNotFoundError)
  async remove(@CurrentScope() scope: Scope, @UuidParam('id') id: string): Promise<void> {
    await this.tokens.remove(scope, id);
  }
}
