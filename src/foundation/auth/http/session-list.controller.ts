import { Controller, Delete, Get, HttpCode, HttpStatus, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, SignedIn, type Scope } from '../../../core/access/index.js';
import { InvalidInputError, RecordNotFoundError } from '../../../core/errors/index.js';
import { ApiErrors, PageQuery, UuidParam } from '../../../core/web/index.js';
import { pageOf } from '../../base/index.js';
import { SessionItemResponse, SessionPage } from '../dto/session-list.response.js';
import { SessionList, SESSIONS } from '../sessions/session-list.js';

@ApiTags('Sign-in')
@Controller('auth/sessions')
export class SessionListController {
  constructor(private readonly sessions: SessionList) {}

  @Get()
  @SignedIn({ sessionOnly: true })
  @ApiOperation({
    operationId: 'listSessions',
    summary: 'List the own sessions',
    description: 'Where one is signed in, the newest sign-in first. Sessions that have ended are not shown.',
  })
  @ApiOkResponse({ type: SessionPage })
  @ApiErrors(InvalidInputError)
  async list(@CurrentScope() scope: Scope, @Query() query: PageQuery): Promise<SessionPage> {
    const rows = await this.sessions.list(scope, query);
    return pageOf(rows, { shape: SESSIONS, query, idOf: ({ id }) => id }, (row) =>
      SessionItemResponse.from(row, scope.actor.sessionId),
    );
  }

  @Delete()
  @HttpCode(HttpStatus.NO_CONTENT)
  @SignedIn({ sessionOnly: true })
  @ApiOperation({
    operationId: 'endOtherSessions',
    summary: 'Sign out everywhere else',
    description: 'Ends all own sessions at once but the one that asks.',
  })
  @ApiNoContentResponse()
  async endOthers(@CurrentScope() scope: Scope): Promise<void> {
    await this.sessions.endOthers(scope);
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @SignedIn({ sessionOnly: true })
  @ApiOperation({
    operationId: 'endSession',
    summary: 'End one of the own sessions',
    description: 'At once, also the one that asks.',
  })
  @ApiNoContentResponse()
  @ApiErrors(RecordNotFoundError)
  async end(@CurrentScope() scope: Scope, @UuidParam('id') id: string): Promise<void> {
    await this.sessions.end(scope, id);
  }
}
