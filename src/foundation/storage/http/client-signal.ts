import type { FastifyReply } from 'fastify';
import { MalformedUploadError } from '../documents/documents.errors.js';

/** Aborts when the connection closes before the answer is complete: nobody is there to hear it. */
export function clientSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new MalformedUploadError('The client went away'));
  });
  return gone.signal;
}
