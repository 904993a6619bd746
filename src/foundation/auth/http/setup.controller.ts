import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../../core/access/index.js';
import { InvalidInputError, SealedError } from '../../../core/errors/index.js';
import { ApiErrors } from '../../../core/web/index.js';
import { AlreadySetUpError, InvalidSetupTokenError } from '../auth.errors.js';
import { clientOf } from '../client.js';
import { SessionResponse } from '../dto/session.response.js';
import { SetupDto, SetupStateResponse } from '../dto/setup.dto.js';
import { SetupService } from '../setup/setup.service.js';
import { SessionAnswer } from './session-answer.js';

@ApiTags('Sign-in')
@Controller('setup')
export class SetupController {
  constructor(
    private readonly setup: SetupService,
    private readonly answer: SessionAnswer,
  ) {}

  @Get()
  @Public()
  @ApiOperation({
    operationId: 'getSetup',
    summary: 'Whether the first setup is still to be done',
    description: 'Required as long as there is no user; afterwards never again.',
  })
  @ApiOkResponse({ type: SetupStateResponse })
  async state(): Promise<SetupStateResponse> {
    return { required: await this.setup.isRequired() };
  }

  @Post()
  @Public()
  @ApiOperation({
    operationId: 'setUp',
    summary: 'Make the first user and organization',
    description:
      'With the one-time token that the server prints at each start while there is no user. Signs the user in.',
  })
  @ApiCreatedResponse({ type: SessionResponse })
  @ApiErrors(InvalidInputError, InvalidSetupTokenError, AlreadySetUpError, SealedError)
  async setUp(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: SetupDto,
  ): Promise<SessionResponse> {
    const user = await this.setup.setUp(clientOf(request), {
      setupToken: body.setup_token,
      email: body.email,
      password: body.password,
      organizationName: body.organization_name,
    });
    return this.answer.give(request, reply, user);
  }
}
