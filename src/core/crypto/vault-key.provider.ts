import { createHash, timingSafeEqual } from 'node:crypto';
import type { VaultSettings } from '../config/index.js';
import type { Egress } from '../egress/index.js';
import { additionalDataOf } from './aead.js';
import {
  KeyProvider,
  KeyProviderError,
  type KeyBinding,
  type MasterKeyCheck,
  type WrappedKey,
} from './key-provider.js';
import { VaultClient, VaultRefusal } from './vault-client.js';

const WRAP_VERSION = 1;
const CHECK_BINDING = { owner: 'key-check', keyId: 'ede' };
const CHECK_TEXT = Buffer.from('ede key check');
const CIPHERTEXT = /^vault:v([1-9]\d{0,8}):[A-Za-z0-9+/=]{1,2000}$/;

/** A master key inside a transit engine as HashiCorp Vault offers it. It never leaves the service. */
export class VaultKeyProvider extends KeyProvider {
  readonly kind = 'vault';
  readonly masterKeyId: Buffer;
  private readonly client: VaultClient;

  constructor(settings: VaultSettings, egress: Pick<Egress, 'request'>) {
    super();
    this.client = new VaultClient(settings, egress);
    // Not the address: the service may move.
    const name = additionalDataOf(WRAP_VERSION, ['vault', settings.mount, settings.key]);
    this.masterKeyId = createHash('sha256').update(name).digest().subarray(0, 16);
  }

  async wrap(binding: KeyBinding, key: Buffer): Promise<WrappedKey> {
    const { ciphertext } = await this.client.call('encrypt', {
      plaintext: key.toString('base64'),
      associated_data: bindingData(binding),
    });
    const version = typeof ciphertext === 'string' ? versionOf(ciphertext) : null;
    if (version === null) throw new KeyProviderError('The key service that holds the master key gave no ciphertext');
    return {
      masterKeyId: this.masterKeyId,
      masterVersion: version,
      wrappedKey: Buffer.from(ciphertext as string, 'ascii'),
    };
  }

  async unwrap(binding: KeyBinding, wrappedKey: Buffer): Promise<Buffer | null> {
    const ciphertext = wrappedKey.toString('latin1');
    if (versionOf(ciphertext) === null) return null;
    try {
      const { plaintext } = await this.client.call('decrypt', { ciphertext, associated_data: bindingData(binding) });
      if (typeof plaintext !== 'string') {
        throw new KeyProviderError('The key service that holds the master key gave no plaintext');
      }
      return Buffer.from(plaintext, 'base64');
    } catch (error) {
      if (error instanceof VaultRefusal && error.isBadCiphertext) return null;
      throw error;
    }
  }

  async makeCheck(): Promise<MasterKeyCheck> {
    const { masterVersion, wrappedKey } = await this.wrap(CHECK_BINDING, CHECK_TEXT);
    return { masterVersion, checkValue: wrappedKey };
  }

  async proves(checkValue: Buffer): Promise<boolean> {
    const text = await this.unwrap(CHECK_BINDING, checkValue);
    return text !== null && text.length === CHECK_TEXT.length && timingSafeEqual(text, CHECK_TEXT);
  }

  async advance(): Promise<boolean> {
    await this.client.call('keys', {}, '/rotate');
    return true;
  }
}

function versionOf(ciphertext: string): number | null {
  const version = CIPHERTEXT.exec(ciphertext)?.[1];
  return version === undefined ? null : Number(version);
}

function bindingData({ owner, keyId }: KeyBinding): string {
  return additionalDataOf(WRAP_VERSION, [owner, keyId]).toString('base64');
}
