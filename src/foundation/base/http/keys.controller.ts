import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, RequireRole, Scope } from '../../../core/access/index.js';
import { InvalidInputError, RecordNotFoundError, SealedError } from '../../../core/errors/index.js';
import { ApiErrors, encodeCursor, Idempotent, PageQuery, UuidParam } from '../../../core/web/index.js';
import { pageOf } from '../created-page.js';
import { KeysResponse, OwnerKeysResponse } from '../dto/keys.response.js';
import { RequestRotationDto } from '../dto/request-rotation.dto.js';
import { RotationPage, RotationResponse } from '../dto/rotation.response.js';
import { FIRST_CURSOR, KEYS, KeyStatus } from '../keys/key-status.js';
import {
  KeyProviderUnavailableError,
  NewMasterKeyMissingError,
  RotationInProgressError,
  RotationRunningError,
} from '../keys/keys.errors.js';
import { ROTATIONS, RotationService } from '../keys/rotation/rotation.service.js';

@ApiTags('Keys')
@Controller('keys')
export class KeysController {
  constructor(
    private readonly status: KeyStatus,
    private readonly rotations: RotationService,
  ) {}

  @Get()
  @RequireRole('instance_admin', { tokenScopes: ['admin'] })
  @ApiOperation({
    operationId: 'getKeys',
    summary: 'How the keys stand',
    description:
      'Who holds the master key, whether the server is sealed and why, and ids and ages of data keys. Never a key.',
  })
  @ApiOkResponse({ type: KeysResponse })
  @ApiErrors(InvalidInputError)
  async get(@CurrentScope() scope: Scope, @Query() query: PageQuery): Promise<KeysResponse> {
    const rows = await this.status.owners(scope, query);
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    const next = rows.length > shown.length && last ? encodeCursor(KEYS, [last.organizationId ?? FIRST_CURSOR]) : null;
    const page = { items: shown.map(OwnerKeysResponse.from), next_cursor: next };
    return KeysResponse.from(await this.status.overview(scope), page);
  }

  @Post('rotations')
  @HttpCode(HttpStatus.ACCEPTED)
  @RequireRole('instance_admin', { tokenScopes: ['admin'] })
  @Idempotent()
  @ApiOperation({
    operationId: 'requestKeyRotation',
    summary: 'Rotate data keys or the master key',
    description:
      'Goes on in the background while everything can be read and written; the answer names the resource that tells how far it is. One at a time.',
  })
  @ApiAcceptedResponse({ type: RotationResponse })
  @ApiErrors(
    InvalidInputError,
    RecordNotFoundError,
    RotationInProgressError,
    NewMasterKeyMissingError,
    KeyProviderUnavailableError,
    SealedError,
  )
  async request(@CurrentScope() scope: Scope, @Body() body: RequestRotationDto): Promise<RotationResponse> {
    if (body.kind === 'master' && body.organization_id !== undefined) throw notWithMaster();
    return RotationResponse.from(await this.rotations.request(scope, body.kind, body.organization_id ?? null));
  }

  @Get('rotations')
  @RequireRole('instance_admin', { tokenScopes: ['admin'] })
  @ApiOperation({ operationId: 'listKeyRotations', summary: 'List rotations', description: 'Newest first.' })
  @ApiOkResponse({ type: RotationPage })
  @ApiErrors(InvalidInputError)
  async list(@CurrentScope() scope: Scope, @Query() query: PageQuery): Promise<RotationPage> {
    const rows = await this.rotations.list(scope, query);
    return pageOf(rows, { shape: ROTATIONS, query, idOf: ({ id }) => id }, RotationResponse.from);
  }

  @Get('rotations/:id')
  @RequireRole('instance_admin', { tokenScopes: ['admin'] })
  @ApiOperation({
    operationId: 'getKeyRotation',
    summary: 'Get a rotation',
    description: 'Its status, and for each kind of ciphertext how much is done.',
  })
  @ApiOkResponse({ type: RotationResponse })
  @ApiErrors(RecordNotFoundError)
  async getRotation(@CurrentScope() scope: Scope, @UuidParam('id') id: string): Promise<RotationResponse> {
    return RotationResponse.from(await this.rotations.get(scope, id));
  }

  @Delete('rotations/:id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @RequireRole('instance_admin', { tokenScopes: ['admin'] })
  @ApiOperation({
    operationId: 'withdrawKeyRotation',
    summary: 'Withdraw a waiting rotation',
    description: 'Only while it waits for processes to learn of a new master key: then nothing is changed yet.',
  })
  @ApiNoContentResponse({ description: 'Withdrawn.' })
  @ApiErrors(RecordNotFoundError, RotationRunningError)
  async withdraw(@CurrentScope() scope: Scope, @UuidParam('id') id: string): Promise<void> {
    await this.rotations.withdraw(scope, id);
  }
}

function notWithMaster(): InvalidInputError {
  const message = 'Only data keys are of one organization';
  return new InvalidInputError([{ pointer: '/organization_id', code: 'not_allowed', message }]);
}
