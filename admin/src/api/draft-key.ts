import { ApiError } from './problem';

/** The request runs still, or was carried out: with another key it would be done twice. */
const MAY_BE_DONE: ReadonlySet<string> = new Set(['idempotency_in_flight', 'idempotency_answer_lost']);

/** @returns 128 random bits; `crypto.randomUUID` is missing where the page came by plain http. */
function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The `Idempotency-Key` of something that is being made or sent: the same for as long as the same content is sent, so
 * that what was done although its answer was lost is not done twice.
 */
export class DraftKey {
  private last: { readonly content: string; readonly key: string } | null = null;

  /** @param content the whole request, as text. */
  keyOf(content: string): string {
    if (this.last?.content !== content) this.last = { content, key: randomKey() };
    return this.last.key;
  }

  /** Sends a request under the key of its body. @throws what the request throws. */
  async send<T>(body: object, request: (header: { 'Idempotency-Key': string }) => Promise<T>): Promise<T> {
    try {
      return await request({ 'Idempotency-Key': this.keyOf(JSON.stringify(body)) });
    } catch (error) {
      this.failed(error);
      throw error;
    }
  }

  /** @param error why there is no answer; a clear refusal lets the next try be judged anew. */
  failed(error: unknown): void {
    if (error instanceof ApiError && error.status < 500 && !MAY_BE_DONE.has(error.code)) this.last = null;
  }
}
