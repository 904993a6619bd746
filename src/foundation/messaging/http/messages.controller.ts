import { Body, Controller, Get, HttpCode, HttpStatus, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, RequireRole, SignedIn, type Scope } from '../../../core/access/index.js';
import { ConnectionFailedError } from '../../../core/connectors/index.js';
import { SecretUnreadableError } from '../../../core/crypto/index.js';
import { AcceptedResponse, DeliveryListQuery, NoConnectorError } from '../../../core/delivery/index.js';
import { InvalidInputError, RecordNotFoundError, SealedError } from '../../../core/errors/index.js';
import { ApiErrors, Idempotent, UuidParam } from '../../../core/web/index.js';
import { MessagePageResponse, MessageResponse, MessageSummary } from '../dto/message.response.js';
import { SendMessageDto } from '../dto/send-message.dto.js';
import { MessagingService } from '../messaging.service.js';

@ApiTags('Messaging')
@Controller('messaging/messages')
export class MessagesController {
  constructor(private readonly messages: MessagingService) {}

  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @RequireRole('admin', { tokenScopes: ['send', 'write'] })
  @Idempotent()
  @ApiOperation({
    operationId: 'sendMessage',
    summary: 'Post a message',
    description:
      'Accepted messages are stored, and posted soon after through the active default messaging connector. A failed attempt is repeated twice; a refusal of the service is final.',
  })
  @ApiAcceptedResponse({ type: AcceptedResponse })
  @ApiErrors(InvalidInputError, RecordNotFoundError, NoConnectorError, ConnectionFailedError, SealedError)
  async send(@CurrentScope() scope: Scope, @Body() body: SendMessageDto): Promise<AcceptedResponse> {
    return AcceptedResponse.from(await this.messages.send(scope, SendMessageDto.toDraft(body)));
  }

  @Get()
  @SignedIn()
  @ApiOperation({
    operationId: 'listMessages',
    summary: 'List messages',
    description: 'Of one organization, newest first, without their texts.',
  })
  @ApiOkResponse({ type: MessagePageResponse })
  @ApiErrors(InvalidInputError, RecordNotFoundError, SealedError)
  async list(@CurrentScope() scope: Scope, @Query() query: DeliveryListQuery): Promise<MessagePageResponse> {
    const { items, nextCursor } = await this.messages.list(scope, DeliveryListQuery.toRequest(query));
    return { items: items.map(MessageSummary.fromListed), next_cursor: nextCursor };
  }

  @Get(':id')
  @SignedIn()
  @ApiOperation({
    operationId: 'getMessage',
    summary: 'Get a message',
    description: 'What became of it. The text is for admins.',
  })
  @ApiOkResponse({ type: MessageResponse })
  @ApiErrors(RecordNotFoundError, SecretUnreadableError, SealedError)
  async get(@CurrentScope() scope: Scope, @UuidParam('id') id: string): Promise<MessageResponse> {
    return MessageResponse.fromRead(await this.messages.read(scope, id));
  }
}
