import { Body, Controller, HttpCode, HttpStatus, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentScope, Public, Scope, SignedIn } from '../../../core/access/index.js';
import { InvalidInputError, TooManyRequestsError } from '../../../core/errors/index.js';
import { ApiErrors } from '../../../core/web/index.js';
import { InvalidCredentialsError, InvalidSetupTokenError } from '../auth.errors.js';
import { clientOf } from '../client.js';
import { LoginDto } from '../dto/login.dto.js';
import { ResetPasswordDto } from '../dto/password.dto.js';
import { SessionResponse } from '../dto/session.response.js';
import { SessionCookie } from '../sessions/session-cookie.js';
import { PasswordResetService } from '../setup/password-reset.service.js';
import { SignInService } from '../sign-in/sign-in.service.js';
import { SessionAnswer } from './session-answer.js';

@ApiTags('Sign-in')
@Controller('auth')
export class SignInController {
  constructor(
    private readonly signIn: SignInService,
    private readonly resets: PasswordResetService,
    private readonly cookie: SessionCookie,
    private readonly answer: SessionAnswer,
  ) {}

  @Post('login')
  @HttpCode(HttpStatus.OK)
  @Public()
  @ApiOperation({
    operationId: 'login',
    summary: 'Sign in',
    description: 'Opens a new session and sets its cookie. The answer never tells whether the user exists.',
  })
  @ApiOkResponse({ type: SessionResponse })
  @ApiErrors(InvalidInputError, InvalidCredentialsError, TooManyRequestsError)
  async login(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: LoginDto,
  ): Promise<SessionResponse> {
    const user = await this.signIn.login(clientOf(request), body, this.cookie.read(request));
    return this.answer.give(request, reply, user);
  }

  @Post('logout')
  @HttpCode(HttpStatus.NO_CONTENT)
  @SignedIn({ sessionOnly: true })
  @ApiOperation({ operationId: 'logout', summary: 'Sign out', description: 'Ends the session at once.' })
  @ApiNoContentResponse()
  async logout(
    @CurrentScope() scope: Scope,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.signIn.logout(scope);
    this.cookie.clear(request, reply);
  }

  @Post('reset')
  @HttpCode(HttpStatus.OK)
  @Public()
  @ApiOperation({
    operationId: 'resetPassword',
    summary: 'Set a lost password',
    description:
      'With the one-time link that `npm run admin:reset` makes. Ends all sessions of the user and opens a new one.',
  })
  @ApiOkResponse({ type: SessionResponse })
  @ApiErrors(InvalidInputError, InvalidSetupTokenError)
  async reset(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: ResetPasswordDto,
  ): Promise<SessionResponse> {
    const user = await this.resets.reset(clientOf(request), body.reset_token, body.password);
    return this.answer.give(request, reply, user);
  }
}
