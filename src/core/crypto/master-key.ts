import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { additionalDataOf, seal, unseal } from './aead.js';

export const MASTER_KEY_BYTES = 32;
const WRAP_VERSION = 1;
const MAC_KEYS_LIMIT = 64;

/** The key at the root: it wraps data keys and is the source of all derived keys. It is never used for data itself. */
export class MasterKey {
  /** 16 bytes that name the key and tell nothing about it. */
  readonly id: Buffer;
  /** 32 bytes that only the same key can give again. */
  readonly checkValue: Buffer;

  readonly #root: KeyObject;
  readonly #wrapping: KeyObject;
  readonly #macKeys = new Map<string, KeyObject>();

  /** @param bytes 32 bytes. @throws RangeError for any other length. */
  constructor(bytes: Buffer) {
    if (bytes.length !== MASTER_KEY_BYTES) throw new RangeError(`A master key has ${MASTER_KEY_BYTES} bytes`);
    this.#root = createSecretKey(bytes);
    this.#wrapping = this.derive('wrap');
    this.id = Buffer.from(hkdfSync('sha256', this.#root, '', 'ede/key-id', 16));
    this.checkValue = createHmac('sha256', this.derive('key-check')).update('ede key check').digest();
  }

  /** Encrypts a data key for storage, bound to its organization and id: 61 bytes. */
  wrap(organizationId: string, keyId: string, dataKey: Buffer): Buffer {
    const sealed = seal(this.#wrapping, additionalDataOf(WRAP_VERSION, [organizationId, keyId]), dataKey);
    return Buffer.concat([Buffer.of(WRAP_VERSION), sealed]);
  }

  /** @returns `null` when the wrapped key was changed, moved, or wrapped by another master key. */
  unwrap(organizationId: string, keyId: string, wrapped: Buffer): KeyObject | null {
    if (wrapped[0] !== WRAP_VERSION) return null;
    const additionalData = additionalDataOf(WRAP_VERSION, [organizationId, keyId]);
    const bytes = unseal(this.#wrapping, additionalData, wrapped.subarray(1));
    return bytes && createSecretKey(bytes);
  }

  /** HMAC-SHA256 under a key that only this purpose has. */
  mac(purpose: string, data: string | Buffer): Buffer {
    return createHmac('sha256', this.macKey(purpose)).update(data).digest();
  }

  private macKey(purpose: string): KeyObject {
    const known = this.#macKeys.get(purpose);
    if (known) return known;
    const key = this.derive(`mac/${purpose}`);
    if (this.#macKeys.size < MAC_KEYS_LIMIT) this.#macKeys.set(purpose, key);
    return key;
  }

  private derive(purpose: string): KeyObject {
    return createSecretKey(Buffer.from(hkdfSync('sha256', this.#root, '', `ede/${purpose}`, MASTER_KEY_BYTES)));
  }
}
