import { Controller, Delete, HttpCode, HttpStatus } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, RequireRole, type Scope } from '../../../core/access/index.js';
import { RecordNotFoundError } from '../../../core/errors/index.js';
import { ApiErrors, UuidParam } from '../../../core/web/index.js';
import { SessionList } from '../sessions/session-list.js';

@ApiTags('Users')
@Controller('users/:id/sessions')
export class UserSessionsController {
  constructor(private readonly sessions: SessionList) {}

  @Delete()
  @HttpCode(HttpStatus.NO_CONTENT)
  @RequireRole('instance_admin', { tokenScopes: ['admin'] })
  @ApiOperation({
    operationId: 'endUserSessions',
    summary: 'Sign a user out everywhere',
    description: 'Ends all sessions of the user at once; API tokens go on. Needs an instance admin.',
  })
  @ApiNoContentResponse()
  @ApiErrors(RecordNotFoundError)
  async end(@CurrentScope() scope: Scope, @UuidParam('id') id: string): Promise<void> {
    await this.sessions.endAllOf(scope, id);
  }
}
