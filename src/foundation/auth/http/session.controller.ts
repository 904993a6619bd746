import { Body, Controller, Get, HttpCode, HttpStatus, Post, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, Scope, SignedIn } from '../../../core/access/index.js';
import { InvalidInputError, RecordNotFoundError, TooManyRequestsError } from '../../../core/errors/index.js';
import { ApiErrors } from '../../../core/web/index.js';
import { InvalidCredentialsError } from '../auth.errors.js';
import { ChooseOrganizationDto } from '../dto/choose-organization.dto.js';
import { ConfirmDto } from '../dto/login.dto.js';
import { ChangePasswordDto } from '../dto/password.dto.js';
import { SessionResponse } from '../dto/session.response.js';
import { SessionService } from '../sessions/session.service.js';

@ApiTags('Sign-in')
@Controller('auth')
export class SessionController {
  constructor(private readonly sessions: SessionService) {}

  @Get('session')
  @SignedIn()
  @ApiOperation({
    operationId: 'getSession',
    summary: 'Who is signed in',
    description: 'With his organizations and roles.',
  })
  @ApiOkResponse({ type: SessionResponse })
  async get(@CurrentScope() scope: Scope): Promise<SessionResponse> {
    return SessionResponse.from(await this.sessions.view(scope));
  }

  @Put('session')
  @SignedIn({ sessionOnly: true })
  @ApiOperation({
    operationId: 'chooseOrganization',
    summary: "Choose the session's organization",
    description: 'It becomes the default for creates and unfiltered lists.',
  })
  @ApiOkResponse({ type: SessionResponse })
  @ApiErrors(InvalidInputError, RecordNotFoundError)
  async choose(@CurrentScope() scope: Scope, @Body() body: ChooseOrganizationDto): Promise<SessionResponse> {
    return SessionResponse.from(await this.sessions.choose(scope, body.organization_id.toLowerCase()));
  }

  @Post('confirm')
  @HttpCode(HttpStatus.NO_CONTENT)
  @SignedIn({ sessionOnly: true })
  @ApiOperation({
    operationId: 'confirmSession',
    summary: 'Confirm the session by password',
    description: 'For five minutes the session may reveal secrets. A sign-in alone does not confirm.',
  })
  @ApiNoContentResponse()
  @ApiErrors(InvalidInputError, InvalidCredentialsError, TooManyRequestsError)
  async confirm(@CurrentScope() scope: Scope, @Body() body: ConfirmDto): Promise<void> {
    await this.sessions.confirm(scope, body.password);
  }

  @Post('password')
  @HttpCode(HttpStatus.NO_CONTENT)
  @SignedIn({ sessionOnly: true })
  @ApiOperation({
    operationId: 'changePassword',
    summary: 'Change the own password',
    description: 'Ends the other sessions.',
  })
  @ApiNoContentResponse()
  @ApiErrors(InvalidInputError, InvalidCredentialsError, TooManyRequestsError)
  async changePassword(@CurrentScope() scope: Scope, @Body() body: ChangePasswordDto): Promise<void> {
    await this.sessions.changePassword(scope, body.current, body.new);
  }
}
