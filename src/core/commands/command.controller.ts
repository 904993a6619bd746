import { Body, Controller, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { CurrentScope, SignedIn, type Scope } from '../access/index.js';
import { InvalidInputError, RecordNotFoundError } from '../errors/index.js';
import { ApiErrors, CommandDispatch, isUuid } from '../web/index.js';
import { CommandBus, UnknownCommandError } from './command-bus.js';

/** Dispatches domain commands by name over HTTP: the same handlers, payloads and answers as the REST routes. */
@ApiTags('Commands')
@Controller('commands')
export class CommandController {
  constructor(private readonly bus: CommandBus) {}

  @Post(':name')
  @HttpCode(HttpStatus.OK)
  @SignedIn()
  @CommandDispatch()
  @ApiOperation({
    operationId: 'dispatchCommand',
    summary: 'Dispatch a domain command',
    description:
      'Members besides `record_id` are the payload of the command, as its REST route takes it; the answer, and every refusal, is that of the route; which ones are possible depends on the command.',
  })
  @ApiParam({ name: 'name', example: 'ir.connector.activate' })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['record_id'],
      properties: { record_id: { type: 'string', format: 'uuid' } },
      additionalProperties: true,
      example: { record_id: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22' },
    },
  })
  @ApiOkResponse({ schema: { type: 'object' } })
  @ApiErrors(InvalidInputError, RecordNotFoundError, UnknownCommandError)
  async dispatch(@CurrentScope() scope: Scope, @Param('name') name: string, @Body() given: unknown): Promise<object> {
    const { record_id: recordId, ...payload } = asObject(given);
    if (!isUuid(recordId)) throw missingRecord();
    return this.bus.dispatch(scope, name, { recordId: recordId.toLowerCase(), payload });
  }
}

function missingRecord(): InvalidInputError {
  return new InvalidInputError([{ pointer: '/record_id', code: 'invalid_type', message: 'Must be a UUID' }]);
}

function asObject(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new InvalidInputError([{ pointer: '', code: 'invalid_type', message: 'The body must be a JSON object' }]);
}
