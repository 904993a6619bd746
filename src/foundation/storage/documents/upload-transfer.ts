import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ConnectionFailedError } from '../../../core/connectors/index.js';
import { DomainError } from '../../../core/errors/index.js';
import type { StorageBackend, StoredObject } from '../contracts/index.js';
import { MalformedUploadError } from './documents.errors.js';
import type { UploadMeter } from './upload-meter.js';

export interface Transfer {
  readonly body: Readable;
  readonly meter: UploadMeter;
  readonly key: string;
  readonly contentType: string;
  readonly signal: AbortSignal;
}

/**
 * Streams a body through its meter into a backend.
 * @throws what broke first: the body, the meter or the backend. Each breaks the others with it, so what comes second
 *   only repeats it.
 */
export async function transfer(
  backend: StorageBackend,
  { body, meter, key, contentType, signal }: Transfer,
): Promise<StoredObject> {
  const stop = new AbortController();
  let first: { readonly error: unknown } | null = null;
  const fail = (error: unknown) => {
    first ??= { error };
    meter.destroy(error instanceof Error ? error : undefined);
    stop.abort(error);
  };
  const isBroken = watchBody(body, meter);
  const feeding = pipeline(body, meter).catch((error: unknown) => {
    if (isBroken() || error instanceof DomainError) fail(bodyFailure(error));
  });
  const storing = backend.put(key, meter, { contentType, signal: AbortSignal.any([signal, stop.signal]) });
  const stored = await storing.catch(fail);
  if (stored && !meter.readableEnded) fail(new ConnectionFailedError('The storage stopped reading before the end'));
  await feeding;
  if (stored && !first && stored.size !== meter.bytes)
    fail(new ConnectionFailedError('The storage kept another number of bytes'));
  if (stored && !first) return stored;
  throw (first as { readonly error: unknown } | null)?.error;
}

/** @returns whether the body broke by itself, not because a backend that gave up let go of the meter. */
function watchBody(body: Readable, meter: UploadMeter): () => boolean {
  let isBroken = body.destroyed;
  const look = () => (isBroken ||= !body.readableEnded && !meter.destroyed);
  body.once('error', look).once('close', look);
  return () => isBroken;
}

/** The meter's own errors are ours; everything else that a body breaks with is the parser's or the client's. */
export function bodyFailure(error: unknown): DomainError {
  return error instanceof DomainError ? error : new MalformedUploadError(undefined, { cause: error });
}
