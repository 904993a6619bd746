import type { CustomFetchOptions } from 'oauth4webapi';
import type { Egress } from '../egress/index.js';
import { failureOf } from './token-failure.js';

/** Milliseconds that a token request may take in all. */
export const TOKEN_REQUEST_MS = 10_000;
const MAX_ANSWER_BYTES = 1024 ** 2;
const TOO_MANY_REQUESTS = 429;

type TokenFetch = (url: string, options: CustomFetchOptions<'POST', URLSearchParams>) => Promise<Response>;

/**
 * How token requests go out: through the egress door, no redirects, at most 10 s and 1 MiB. The answer is brought into
 * the form that the specification has: an `error` makes it a refusal also when the server calls it 200.
 * @param hasIssuer whether ID tokens are checked; else they are dropped unread.
 */
export function tokenFetch(egress: Egress, signal: AbortSignal, hasIssuer: boolean): TokenFetch {
  return async (url, { method, headers, body }) => {
    const answer = await egress.request(url, {
      method,
      headers,
      body: body.toString(),
      signal,
      maxResponseBytes: MAX_ANSWER_BYTES,
      firstByteTimeout: TOKEN_REQUEST_MS,
    });
    return conform(answer.status, await answer.text(), hasIssuer);
  };
}

function conform(status: number, text: string, hasIssuer: boolean): Response {
  if (status >= 500 || status === TOO_MANY_REQUESTS) throw failureOf('unavailable');
  const body = parseObject(text);
  if (body === null) throw failureOf(status < 300 ? 'malformed' : 'unavailable');
  const isRefusal = typeof body['error'] === 'string' && body['error'] !== '';
  if (!isRefusal && status !== 200) throw failureOf('unavailable');
  if (!hasIssuer) delete body['id_token'];
  return new Response(JSON.stringify(body), {
    status: isRefusal ? 400 : 200,
    headers: { 'content-type': 'application/json' },
  });
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(text);
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject ? (parsed as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
