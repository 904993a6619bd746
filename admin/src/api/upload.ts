import { ServerAwayError, failureOf } from './problem';
import type { StoredDocument } from './documents';
import { sessionWatch } from './session-watch';

interface UploadOptions {
  /** `config` documents are encrypted and read by connectors only. */
  readonly purpose?: 'document' | 'config';
  readonly organizationId: string | null;
  readonly signal: AbortSignal;
  /** Bytes that have left, of all. */
  readonly onProgress: (sent: number, total: number) => void;
}

/**
 * Sends a file. By `XMLHttpRequest`, as `fetch` tells no progress.
 * @throws ApiError, ServerAwayError; the signal's reason when it was cancelled.
 */
export async function uploadDocument(file: File, options: UploadOptions): Promise<StoredDocument> {
  const { status, retryAfter, body } = await send(file, options);
  if (status === 401 && sessionWatch.isActive) {
    await sessionWatch.restored();
    return uploadDocument(file, options);
  }
  if (status >= 300) throw failureOf({ status, retryAfter }, body);
  return body as StoredDocument;
}

interface Answered {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: unknown;
}

function send(
  file: File,
  { purpose = 'document', organizationId, signal, onProgress }: UploadOptions,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const query = new URLSearchParams({ purpose });
    if (organizationId !== null) query.set('organization_id', organizationId);
    request.open('POST', `/api/storage/documents?${query.toString()}`);
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded, total);
    request.onload = () =>
      resolve({
        status: request.status,
        retryAfter: request.getResponseHeader('retry-after'),
        body: parse(request.responseText),
      });
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
    return null; // a proxy's error page
  }
}
