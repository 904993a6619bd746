import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, RequireRole, Scope } from '../../../core/access/index.js';
import { Settings } from '../../../core/config/index.js';
import { EgressCheck, type CheckedTarget } from '../../../core/egress/index.js';
import { InvalidInputError, RecordNotFoundError } from '../../../core/errors/index.js';
import { ApiErrors, Idempotent, UuidParam } from '../../../core/web/index.js';
import { CheckEgressDto } from '../dto/check-egress.dto.js';
import { CreateEgressEntryDto } from '../dto/create-egress-entry.dto.js';
import { EgressDecisionResponse } from '../dto/egress-decision.response.js';
import { EgressEntryResponse, EgressPolicyResponse } from '../dto/egress.response.js';
import {
  EgressEntryExistsError,
  EgressEntryTooWideError,
  EgressListFullError,
  EgressNeverAllowedError,
} from '../egress-list.errors.js';
import { EgressListService } from '../egress-list.service.js';

/** Milliseconds for the look-ups of one request. */
const LOOKUP_MS = 5_000;

@ApiTags('Egress')
@Controller('egress')
export class EgressController {
  constructor(
    private readonly list: EgressListService,
    private readonly checks: EgressCheck,
    private readonly settings: Settings,
  ) {}

  @Get()
  @RequireRole('instance_admin')
  @ApiOperation({
    operationId: 'getEgress',
    summary: 'What connectors may reach',
    description: 'The policy in force, and the allow-list of environment and database. Needs an instance admin.',
  })
  @ApiOkResponse({ type: EgressPolicyResponse })
  @ApiErrors()
  async get(@CurrentScope() scope: Scope): Promise<EgressPolicyResponse> {
    const { egressPolicy: policy, egressAllow: environmentEntries } = this.settings;
    return EgressPolicyResponse.from({ policy, environmentEntries, entries: await this.list.list(scope) });
  }

  @Post('entries')
  @RequireRole('instance_admin', { tokenScopes: ['admin'] })
  @Idempotent()
  @ApiOperation({
    operationId: 'addEgressEntry',
    summary: 'Allow a target',
    description:
      'Counts at once for new connections of the process that answers, within `in_force_within_ms` for those of others. Audited. Needs an instance admin, or his token with the scope `admin`.',
  })
  @ApiCreatedResponse({ type: EgressEntryResponse })
  @ApiErrors(
    InvalidInputError,
    EgressEntryExistsError,
    EgressListFullError,
    EgressEntryTooWideError,
    EgressNeverAllowedError,
  )
  async add(@CurrentScope() scope: Scope, @Body() body: CreateEgressEntryDto): Promise<EgressEntryResponse> {
    const input = { entry: body.entry, comment: body.comment ?? '' };
    return EgressEntryResponse.from(await this.list.add(scope, input, AbortSignal.timeout(LOOKUP_MS)));
  }

  @Delete('entries/:id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @RequireRole('instance_admin', { tokenScopes: ['admin'] })
  @ApiOperation({
    operationId: 'removeEgressEntry',
    summary: 'Take a target off the list',
    description:
      'New connections are refused as soon as an entry counts. Idle ones that are kept open are closed within a minute. Audited. Needs an instance admin, or his token with the scope `admin`.',
  })
  @ApiNoContentResponse()
  @ApiErrors(RecordNotFoundError)
  async remove(@CurrentScope() scope: Scope, @UuidParam('id') id: string): Promise<void> {
    await this.list.remove(scope, id);
  }

  @Post('check')
  @HttpCode(HttpStatus.OK)
  @RequireRole('instance_admin', { tokenScopes: ['admin'] })
  @ApiOperation({
    operationId: 'checkEgress',
    summary: 'Ask whether a target may be reached',
    description:
      'Resolves and judges as a connection does, and makes none. Send `url`, or `host` and `port`. Needs an instance admin, or his token with the scope `admin`.',
  })
  @ApiOkResponse({ type: EgressDecisionResponse })
  @ApiErrors(InvalidInputError)
  async check(@Body() body: CheckEgressDto): Promise<EgressDecisionResponse> {
    return EgressDecisionResponse.from(await this.checks.decide(targetOf(body), AbortSignal.timeout(LOOKUP_MS)));
  }
}

function targetOf({ url, host, port }: CheckEgressDto): CheckedTarget {
  if (url !== undefined && host === undefined && port === undefined) return { url };
  if (url === undefined && host !== undefined && port !== undefined) return { host, port };
  const message = 'Send either url, or host and port';
  throw new InvalidInputError([{ pointer: '/url', code: 'invalid_target', message }]);
}
