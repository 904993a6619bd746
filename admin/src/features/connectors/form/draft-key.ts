import { ApiError } from '../../../api/problem';

/** @returns 128 random bits; `crypto.randomUUID` is missing where the page came by plain http. */
function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The `Idempotency-Key` of a connector that is being created: the same for as long as the same content is sent, so that
 * one whose answer was lost is not made twice.
 */
export class DraftKey {
  private last: { readonly content: string; readonly key: string } | null = null;

  /** @param content the whole request, as text. */
  keyOf(content: string): string {
    if (this.last?.content !== content) this.last = { content, key: randomKey() };
    return this.last.key;
  }

  /** @param error why there is no connector; a clear refusal lets the next try be judged anew. */
  failed(error: unknown): void {
    if (error instanceof ApiError && error.status < 500 && error.code !== 'idempotency_in_flight') this.last = null;
  }
}
