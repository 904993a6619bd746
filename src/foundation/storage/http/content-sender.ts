import { Readable } from 'node:stream';
import { HttpStatus, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ByteRange } from '../contracts/index.js';
import { DocumentService } from '../documents/document.service.js';
import { RangeNotSatisfiableError } from '../documents/documents.errors.js';
import type { StorageDocument } from '../documents/storage-document.entity.js';
import { readRange } from './byte-range.js';
import { clientSignal } from './client-signal.js';
import { attachment } from './content-disposition.js';

/** Nothing in a document may be run, whatever a browser makes of it. */
const CONTENT_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'";

/** Answers contents: whole or a range, as a download. */
@Injectable()
export class ContentSender {
  constructor(private readonly documents: DocumentService) {}

  /** @throws ConfigDocumentError, RangeNotSatisfiableError, ConnectionFailedError: all before the answer begins. */
  async send(document: StorageDocument, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    this.documents.assertReadable(document);
    const size = document.size ?? 0;
    const range = isFresh(request, document) ? readRange(request.headers.range, size) : null;
    if (range === 'unsatisfiable') {
      reply.header('content-range', `bytes */${size}`);
      throw new RangeNotSatisfiableError();
    }
    const content = await this.open(document, range, { request, reply });
    setHeaders(reply, document);
    if (range) {
      reply.code(HttpStatus.PARTIAL_CONTENT).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
    }
    reply.header('content-length', range ? range.end - range.start + 1 : size);
    await reply.send(content);
  }

  private async open(
    document: StorageDocument,
    range: ByteRange | null,
    { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  ): Promise<Readable> {
    // Fastify would read a whole stream to answer HEAD.
    if (request.method === 'HEAD') return Readable.from([]);
    const content = await this.documents.openContent(document, range, clientSignal(reply));
    await begun(content);
    return content;
  }
}

/** `If-Range`: a range of another content than the client knows is of no use to it. */
function isFresh(request: FastifyRequest, { sha256 }: StorageDocument): boolean {
  const known = request.headers['if-range'];
  return known === undefined || (sha256 !== null && known === `"${sha256}"`);
}

function setHeaders(reply: FastifyReply, { name, mime, sha256 }: StorageDocument): void {
  reply.headers({
    'content-type': mime,
    'content-disposition': attachment(name),
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    'content-security-policy': CONTENT_POLICY,
  });
  if (sha256 !== null) reply.header('etag', `"${sha256}"`);
}

/** Waits for the first bytes: a backend that fails before them is still answered with a proper problem. */
async function begun(content: Readable): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    content.once('readable', resolve);
    content.once('error', reject);
  });
}
