import { Readable } from 'node:stream';
import { ConnectionFailedError } from '../../core/connectors/index.js';
import { DeliveryRefusedError } from '../../core/delivery/index.js';
import type { DocumentSource } from '../../core/ports/index.js';
import type { EmailAttachment } from './contracts/index.js';
import type { AttachedDocument } from './email-attachments.js';

const GONE = 'An attachment no longer exists';
const CHUNK = 64 * 1024;

/** The attachments of one mail during one attempt: opens them when they are read, and closes whatever was opened. */
export class Parcel {
  private readonly opened: Readable[] = [];
  private broken: unknown = null;

  constructor(
    private readonly documents: DocumentSource,
    private readonly organizationId: string,
    private readonly signal: AbortSignal,
  ) {}

  /** What broke an attachment, when one broke: the reason behind whatever the connection then threw. */
  get failure(): unknown {
    return this.broken;
  }

  /** @throws DeliveryRefusedError when the document is gone already. */
  attachment({ documentId, name, mime, size }: AttachedDocument): EmailAttachment {
    if (documentId === null) throw new DeliveryRefusedError(GONE);
    return { name, mime, size, open: () => this.open(documentId) };
  }

  close(): void {
    for (const stream of this.opened) stream.on('error', () => undefined).destroy();
  }

  private open(documentId: string): Readable {
    const stream = Readable.from(this.read(documentId), { objectMode: false, highWaterMark: CHUNK });
    this.opened.push(stream);
    return stream;
  }

  private async *read(documentId: string): AsyncGenerator<Buffer> {
    try {
      const content = await this.documents.open(this.organizationId, documentId, this.signal);
      if (content === null) throw new DeliveryRefusedError(GONE);
      yield* content as AsyncIterable<Buffer>;
    } catch (error) {
      const isSafe = error instanceof ConnectionFailedError;
      this.broken ??= isSafe ? error : new ConnectionFailedError('An attachment could not be read', { cause: error });
      // Mail libraries write their own code into the error of a stream, which ours do not let them.
      throw new Error('An attachment broke off', { cause: error });
    }
  }
}
