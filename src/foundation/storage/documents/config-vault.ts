import { Injectable } from '@nestjs/common';
import { KeyRing } from '../../../core/crypto/index.js';
import { ConfigDocumentNotTextError } from './documents.errors.js';
import type { StorageDocument } from './storage-document.entity.js';

/** Most bytes of a document that configuration reads. */
export const MAX_CONFIG_BYTES = 1024 ** 2;

/** With what encryption adds. */
export const MAX_SEALED_BYTES = MAX_CONFIG_BYTES + 1024;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Encrypts what is uploaded for configuration; a ciphertext is bound to organization and document. */
@Injectable()
export class ConfigVault {
  constructor(private readonly keys: KeyRing) {}

  /** @throws ConfigDocumentNotTextError when it is not UTF-8, SealedError when there is no key. */
  async seal({ organizationId, id }: Pick<StorageDocument, 'organizationId' | 'id'>, content: Buffer): Promise<Buffer> {
    const text = decodeUtf8(content);
    if (text === null) throw new ConfigDocumentNotTextError();
    return this.keys.encrypt(organizationId, ['storage_document', id], text);
  }

  /** @throws SecretUnreadableError when it is damaged or of another document, SealedError when there is no key. */
  async open({ organizationId, id }: Pick<StorageDocument, 'organizationId' | 'id'>, sealed: Buffer): Promise<string> {
    return this.keys.decrypt(organizationId, ['storage_document', id], sealed);
  }
}

/** @returns `null` when the bytes are not UTF-8. */
export function decodeUtf8(content: Buffer): string | null {
  try {
    return UTF8.decode(content);
  } catch {
    return null;
  }
}
