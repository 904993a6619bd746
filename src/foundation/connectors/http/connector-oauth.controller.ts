import { Controller, Get, Header, HttpCode, HttpStatus, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentScope, RequireRole, SignedIn, type Scope } from '../../../core/access/index.js';
import { ConnectorConfigError, ConnectorNotSupportedError } from '../../../core/connectors/index.js';
import { RecordNotFoundError, SealedError } from '../../../core/errors/index.js';
import { acceptsHtml, ApiErrors, MethodNotAllowedError, PublicOrigin, UuidParam } from '../../../core/web/index.js';
import { ProviderUnavailableError } from '../connectors.errors.js';
import { outcomeUrl } from '../oauth/browser-urls.js';
import { OAuthAuthorizeResponse, OAuthCallbackResponse } from '../oauth/dto/oauth.response.js';
import { OAuthAuthorizer } from '../oauth/oauth-authorizer.js';
import { OAuthCallbackFilter } from '../oauth/oauth-callback.filter.js';
import { OAuthCallback, type CallbackQuery } from '../oauth/oauth-callback.js';
import { OAuthStateInvalidError } from '../oauth/oauth.errors.js';

@ApiTags('Connectors')
@Controller('connectors')
export class ConnectorOAuthController {
  constructor(
    private readonly authorizer: OAuthAuthorizer,
    private readonly callbacks: OAuthCallback,
    private readonly origin: PublicOrigin,
  ) {}

  @Post(':id/oauth/authorize')
  @HttpCode(HttpStatus.OK)
  @RequireRole('admin')
  @ApiOperation({
    operationId: 'authorizeConnector',
    summary: 'Start a consent',
    description: 'Answers the consent page to open; its state is good for one callback of the same user and session.',
  })
  @ApiOkResponse({ type: OAuthAuthorizeResponse })
  @ApiErrors(
    RecordNotFoundError,
    ProviderUnavailableError,
    ConnectorNotSupportedError,
    ConnectorConfigError,
    SealedError,
  )
  async authorize(
    @CurrentScope() scope: Scope,
    @UuidParam('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<OAuthAuthorizeResponse> {
    return OAuthAuthorizeResponse.from(await this.authorizer.start(scope, id, this.origin.of(request)));
  }

  @Get('oauth/callback/:provider_type')
  @SignedIn({ tokenScopes: ['write'] })
  @UseFilters(OAuthCallbackFilter)
  @Header('referrer-policy', 'no-referrer')
  @ApiOperation({
    operationId: 'finishConnectorConsent',
    summary: 'Finish a consent',
    description:
      'The vendor sends the browser here. A browser (`Accept: text/html`) is answered 303 to a page of the UI, also when the state is refused or nobody is signed in.',
  })
  @ApiParam({ name: 'provider_type', example: 'google_drive' })
  @ApiQuery({ name: 'state', required: true, description: 'As issued.', example: '01935a5e-…:Zk3R0l0y…' })
  @ApiQuery({ name: 'code', required: false, example: '4/0AeanS0…' })
  @ApiQuery({ name: 'error', required: false, description: 'Instead of `code`.', example: 'access_denied' })
  @ApiOkResponse({ type: OAuthCallbackResponse })
  @ApiResponse({ status: HttpStatus.SEE_OTHER, description: 'For browsers: to the form of the connector.' })
  @ApiErrors(OAuthStateInvalidError, SealedError)
  async callback(
    @CurrentScope() scope: Scope,
    @Param('provider_type') providerType: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OAuthCallbackResponse | undefined> {
    // The framework lets HEAD through to GET, but a link preview must not use a consent up.
    if (request.method !== 'GET') throw new MethodNotAllowedError(['GET']);
    const outcome = await this.callbacks.finish(scope, providerType, request.query as CallbackQuery);
    if (!acceptsHtml(request)) return OAuthCallbackResponse.from(outcome);
    reply.code(HttpStatus.SEE_OTHER).header('location', outcomeUrl(outcome));
    return undefined;
  }
}
