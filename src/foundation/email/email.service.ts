import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import type { Delivery, DeliveryListRequest, ListedDelivery } from '../../core/delivery/index.js';
import { RecordNotFoundError } from '../../core/errors/index.js';
import { OrganizationService } from '../base/index.js';
import { EmailAttachments, type AttachedDocument } from './email-attachments.js';
import { checkEmail } from './email-check.js';
import type { EmailBody, EmailDraft, EmailEnvelope } from './email-content.js';
import { EmailOutbox } from './email-outbox.js';
import { EmailRouter } from './email-router.js';

/** An accepted mail as lists show it. */
export interface ListedEmail {
  readonly delivery: Delivery;
  /** `null` when it can no longer be decrypted. */
  readonly envelope: EmailEnvelope | null;
}

/** One accepted mail; what its reader may not see is `null`. */
export interface ReadEmail extends ListedEmail {
  readonly envelope: EmailEnvelope;
  readonly content: { readonly body: EmailBody; readonly attachments: readonly AttachedDocument[] } | null;
}

export interface EmailPage {
  readonly items: readonly ListedEmail[];
  readonly nextCursor: string | null;
}

/** Mail for sibling modules and for the API. */
@Injectable()
export class EmailService {
  constructor(
    private readonly outbox: EmailOutbox,
    private readonly router: EmailRouter,
    private readonly attachments: EmailAttachments,
    private readonly organizations: OrganizationService,
  ) {}

  /**
   * Accepts a mail. It is stored when this resolves, and sent soon after, by the connector that is active then.
   * @param scope an admin of the organization, or the system.
   * @throws InvalidInputError, RecordNotFoundError for a foreign organization or document, ForbiddenError,
   *   AttachmentRefusedError, AttachmentsTooLargeError.
   * @throws NoConnectorError when nothing could send it, ConnectionFailedError when the active connector's provider is
   *   not available.
   */
  async send(scope: Scope, draft: EmailDraft): Promise<Delivery> {
    const organizationId = await this.writable(scope, draft.organizationId);
    const { envelope, body } = checkEmail(draft);
    const documents = (draft.attachments ?? []).map((id) => id.toLowerCase());
    const way = await this.router.find(organizationId);
    return this.outbox.accept(scope, {
      organizationId,
      envelope,
      body,
      way,
      facts: {
        recipients: envelope.to.length + envelope.cc.length + envelope.bcc.length,
        attachments: documents.length,
      },
      attach: (tx, id) => this.attachments.attach(tx, { organizationId, id }, documents),
    });
  }

  /** Content for admins only. @throws RecordNotFoundError, SealedError, SecretUnreadableError. */
  async read(scope: Scope, id: string): Promise<ReadEmail> {
    const delivery = await this.outbox.find(scope, id);
    const envelope = await this.outbox.openEnvelope<EmailEnvelope>(delivery);
    if (scope.roleIn(delivery.organizationId) !== 'admin') return { delivery, envelope, content: null };
    const body = await this.outbox.openBody<EmailBody>(delivery);
    return { delivery, envelope, content: { body, attachments: await this.attachments.list(id) } };
  }

  /**
   * Newest first.
   * @throws RecordNotFoundError for a foreign organization, InvalidInputError for a cursor of another list, SealedError.
   */
  async list(scope: Scope, request: DeliveryListRequest): Promise<EmailPage> {
    if (request.organizationId !== undefined) await this.organizations.get(scope, request.organizationId);
    const { items, nextCursor } = await this.outbox.list(scope, request);
    const open = async (delivery: ListedDelivery) => ({
      delivery,
      envelope: await this.outbox.openEnvelopeIfReadable<EmailEnvelope>(delivery),
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
