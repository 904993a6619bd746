import { ServerAwayError, failureOf } from '../../../api/problem';
import type { Schemas } from '../../../api/client';
import { sessionWatch } from '../../../api/session-watch';

export type ConfigDocument = Schemas['DocumentResponse'];

export interface UploadOptions {
  readonly organizationId: string;
  readonly signal: AbortSignal;
  /** Called with the bytes that are sent so far. */
  readonly onProgress: (sent: number) => void;
}

/**
 * Uploads a file that a param will read; it is encrypted and never answered back.
 * By XMLHttpRequest, since fetch tells no progress.
 * @throws ApiError, ServerAwayError, or the signal's reason.
 */
export async function uploadConfigFile(file: File, options: UploadOptions): Promise<ConfigDocument> {
  const answer = await send(file, options);
  if (answer.status === 401 && sessionWatch.isActive) {
    await sessionWatch.restored();
    return uploadConfigFile(file, options);
  }
  const body = parse(answer.responseText);
  if (answer.status !== 201)
    throw failureOf({ status: answer.status, retryAfter: answer.getResponseHeader('retry-after') }, body);
  return body as ConfigDocument;
}

function send(file: File, { organizationId, signal, onProgress }: UploadOptions): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const query = new URLSearchParams({ organization_id: organizationId, purpose: 'config' });
    request.open('POST', `/api/storage/documents?${query.toString()}`);
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => resolve(request);
    request.onerror = () => reject(new ServerAwayError());
    request.onabort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', () => request.abort(), { once: true });
    const form = new FormData();
    form.append('file', file);
    request.send(form);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
