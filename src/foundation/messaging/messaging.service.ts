import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import type { Delivery, DeliveryListRequest, ListedDelivery } from '../../core/delivery/index.js';
import { RecordNotFoundError } from '../../core/errors/index.js';
import { OrganizationService } from '../base/index.js';
import { checkMessage } from './message-check.js';
import type { MessageBody, MessageDraft, MessageEnvelope } from './message-content.js';
import { MessagingOutbox } from './messaging-outbox.js';
import { MessagingRouter } from './messaging-router.js';

/** An accepted message as lists show it. */
export interface ListedMessage {
  readonly delivery: Delivery;
  /** `null` when it can no longer be decrypted. */
  readonly envelope: MessageEnvelope | null;
}

/** One accepted message; a body that its reader may not see is `null`. */
export interface ReadMessage extends ListedMessage {
  readonly envelope: MessageEnvelope;
  readonly body: MessageBody | null;
}

export interface MessagePage {
  readonly items: readonly ListedMessage[];
  readonly nextCursor: string | null;
}

/** Messages for sibling modules and for the API. */
@Injectable()
export class MessagingService {
  constructor(
    private readonly outbox: MessagingOutbox,
    private readonly router: MessagingRouter,
    private readonly organizations: OrganizationService,
  ) {}

  /**
   * Accepts a message. It is stored when this resolves, and posted soon after, by the connector that is active then.
   * @param scope an admin of the organization, or the system.
   * @throws InvalidInputError, RecordNotFoundError for a foreign organization, ForbiddenError.
   * @throws NoConnectorError when nothing could post it, ConnectionFailedError when the active connector's provider is
   *   not available.
   */
  async send(scope: Scope, draft: MessageDraft): Promise<Delivery> {
    const organizationId = await this.writable(scope, draft.organizationId);
    const { envelope, body } = checkMessage(draft);
    const way = await this.router.find(organizationId);
    return this.outbox.accept(scope, { organizationId, envelope, body, way, facts: { characters: body.text.length } });
  }

  /** The text for admins only. @throws RecordNotFoundError, SealedError, SecretUnreadableError. */
  async read(scope: Scope, id: string): Promise<ReadMessage> {
    const delivery = await this.outbox.find(scope, id);
    const envelope = await this.outbox.openEnvelope<MessageEnvelope>(delivery);
    const mayRead = scope.roleIn(delivery.organizationId) === 'admin';
    return { delivery, envelope, body: mayRead ? await this.outbox.openBody<MessageBody>(delivery) : null };
  }

  /**
   * Newest first.
   * @throws RecordNotFoundError for a foreign organization, InvalidInputError for a cursor of another list, SealedError.
   */
  async list(scope: Scope, request: DeliveryListRequest): Promise<MessagePage> {
    if (request.organizationId !== undefined) await this.organizations.get(scope, request.organizationId);
    const { items, nextCursor } = await this.outbox.list(scope, request);
    const open = async (delivery: ListedDelivery) => ({
      delivery,
      envelope: await this.outbox.openEnvelopeIfReadable<MessageEnvelope>(delivery),
    });
    return { items: await Promise.all(items.map(open)), nextCursor };
  }

  /** An instance admin reaches every id, so the organization is looked up. */
  private async writable(scope: Scope, given: string | undefined): Promise<string> {
    const organizationId = given ?? scope.organizationId;
    if (organizationId === null) throw new RecordNotFoundError();
    await this.organizations.get(scope, organizationId);
    scope.requireAdmin(organizationId);
    return organizationId;
  }
}
