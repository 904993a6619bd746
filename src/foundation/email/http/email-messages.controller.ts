import { Body, Controller, Get, HttpCode, HttpStatus, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, RequireRole, SignedIn, type Scope } from '../../../core/access/index.js';
import { ConnectionFailedError } from '../../../core/connectors/index.js';
import { SecretUnreadableError } from '../../../core/crypto/index.js';
import { AcceptedResponse, DeliveryListQuery, NoConnectorError } from '../../../core/delivery/index.js';
import { InvalidInputError, RecordNotFoundError, SealedError } from '../../../core/errors/index.js';
import { ApiErrors, Idempotent, UuidParam } from '../../../core/web/index.js';
import { EmailMessagePage, EmailMessageResponse, EmailMessageSummary } from '../dto/email-message.response.js';
import { SendEmailDto } from '../dto/send-email.dto.js';
import { AttachmentRefusedError, AttachmentsTooLargeError } from '../email.errors.js';
import { EmailService } from '../email.service.js';

@ApiTags('Email')
@Controller('email/messages')
export class EmailMessagesController {
  constructor(private readonly emails: EmailService) {}

  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @RequireRole('admin', { tokenScopes: ['send', 'write'] })
  @Idempotent()
  @ApiOperation({
    operationId: 'sendEmail',
    summary: 'Send a mail',
    description:
      'Accepted mails are stored, and sent soon after through the active default email connector or the built-in SMTP transport. A failed attempt is repeated twice; a refusal of the mail server is final.',
  })
  @ApiAcceptedResponse({ type: AcceptedResponse })
  @ApiErrors(InvalidInputError, RecordNotFoundError, NoConnectorError, AttachmentRefusedError, AttachmentsTooLargeError)
  @ApiErrors(ConnectionFailedError, SealedError)
  async send(@CurrentScope() scope: Scope, @Body() body: SendEmailDto): Promise<AcceptedResponse> {
    return AcceptedResponse.from(await this.emails.send(scope, SendEmailDto.toDraft(body)));
  }

  @Get()
  @SignedIn()
  @ApiOperation({
    operationId: 'listEmails',
    summary: 'List mails',
    description: 'Of one organization, newest first, without their bodies.',
  })
  @ApiOkResponse({ type: EmailMessagePage })
  @ApiErrors(InvalidInputError, RecordNotFoundError, SealedError)
  async list(@CurrentScope() scope: Scope, @Query() query: DeliveryListQuery): Promise<EmailMessagePage> {
    const { items, nextCursor } = await this.emails.list(scope, DeliveryListQuery.toRequest(query));
    return { items: items.map(EmailMessageSummary.fromListed), next_cursor: nextCursor };
  }

  @Get(':id')
  @SignedIn()
  @ApiOperation({
    operationId: 'getEmail',
    summary: 'Get a mail',
    description: 'What became of it. Body, hidden recipients and attachments are for admins.',
  })
  @ApiOkResponse({ type: EmailMessageResponse })
  @ApiErrors(RecordNotFoundError, SecretUnreadableError, SealedError)
  async get(@CurrentScope() scope: Scope, @UuidParam('id') id: string): Promise<EmailMessageResponse> {
    return EmailMessageResponse.fromRead(await this.emails.read(scope, id));
  }
}
