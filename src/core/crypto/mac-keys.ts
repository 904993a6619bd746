import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

export const MAC_ROOT_BYTES = 32;
const KEYS_LIMIT = 64;

/** Message authentication codes, each purpose with a key of its own, all derived from one root. */
export class MacKeys {
  readonly #root: KeyObject;
  readonly #keys = new Map<string, KeyObject>();

  /** @param root 32 random bytes that never change. */
  constructor(root: Buffer) {
    this.#root = createSecretKey(root);
  }

  /** HMAC-SHA256 under a key that only this purpose has. */
  mac(purpose: string, data: string | Buffer): Buffer {
    return createHmac('sha256', this.keyOf(purpose)).update(data).digest();
  }

  private keyOf(purpose: string): KeyObject {
    const known = this.#keys.get(purpose);
    if (known) return known;
    const key = createSecretKey(Buffer.from(hkdfSync('sha256', this.#root, '', `ede/mac/${purpose}`, MAC_ROOT_BYTES)));
    if (this.#keys.size < KEYS_LIMIT) this.#keys.set(purpose, key);
    return key;
  }
}
