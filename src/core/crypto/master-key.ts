import { createHmac, createSecretKey, hkdfSync, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { KeyProviderKind } from '../config/index.js';
import { additionalDataOf, seal, unseal } from './aead.js';
import { KeyProvider, type KeyBinding, type MasterKeyCheck, type WrappedKey } from './key-provider.js';

export const MASTER_KEY_BYTES = 32;
const WRAP_VERSION = 1;
const MASTER_VERSION = 1;

/** A master key in this process. It wraps data keys and is never used for data itself. */
export class MasterKey extends KeyProvider {
  readonly masterKeyId: Buffer;
  readonly #wrapping: KeyObject;
  readonly #checkValue: Buffer;

  /** @param bytes 32 bytes. @throws RangeError for any other length. */
  constructor(
    bytes: Buffer,
    readonly kind: KeyProviderKind = 'environment',
  ) {
    super();
    if (bytes.length !== MASTER_KEY_BYTES) throw new RangeError(`A master key has ${MASTER_KEY_BYTES} bytes`);
    const root = createSecretKey(bytes);
    this.#wrapping = derive(root, 'wrap');
    this.masterKeyId = Buffer.from(hkdfSync('sha256', root, '', 'ede/key-id', 16));
    this.#checkValue = createHmac('sha256', derive(root, 'key-check')).update('ede key check').digest();
  }

  /** The wrapped key has 61 bytes. */
  async wrap(binding: KeyBinding, key: Buffer): Promise<WrappedKey> {
    const wrappedKey = Buffer.concat([Buffer.of(WRAP_VERSION), seal(this.#wrapping, bindingData(binding), key)]);
    return { masterKeyId: this.masterKeyId, masterVersion: MASTER_VERSION, wrappedKey };
  }

  async unwrap(binding: KeyBinding, wrappedKey: Buffer): Promise<Buffer | null> {
    if (wrappedKey[0] !== WRAP_VERSION) return null;
    return unseal(this.#wrapping, bindingData(binding), wrappedKey.subarray(1));
  }

  async makeCheck(): Promise<MasterKeyCheck> {
    return { masterVersion: MASTER_VERSION, checkValue: this.#checkValue };
  }

  async proves(checkValue: Buffer): Promise<boolean> {
    return checkValue.length === this.#checkValue.length && timingSafeEqual(checkValue, this.#checkValue);
  }

  async advance(): Promise<boolean> {
    return false;
  }
}

function bindingData({ owner, keyId }: KeyBinding): Buffer {
  return additionalDataOf(WRAP_VERSION, [owner, keyId]);
}

function derive(root: KeyObject, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', root, '', `ede/${purpose}`, MASTER_KEY_BYTES)));
}
