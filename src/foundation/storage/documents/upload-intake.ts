import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../../core/config/index.js';
import type { StorageBackend } from '../contracts/index.js';
import { ConfigVault, MAX_CONFIG_BYTES } from './config-vault.js';
import { ConfigDocumentTooLargeError, DocumentTooLargeError } from './documents.errors.js';
import type { StorageDocument } from './storage-document.entity.js';
import { UploadMeter } from './upload-meter.js';
import { bodyFailure, transfer } from './upload-transfer.js';

/** Bytes that a backend has taken. */
export interface IntakeResult {
  /** How the backend finds them again. */
  readonly ref: string;
  /** Bytes as uploaded, which may be fewer than are stored. */
  readonly size: number;
  /** Hex, of the bytes as uploaded. */
  readonly sha256: string;
}

export interface IntakeSource {
  readonly body: Readable;
  readonly signal: AbortSignal;
}

/** Brings the bytes of an upload into a backend: as they are, or encrypted when they are for configuration. */
@Injectable()
export class UploadIntake {
  constructor(
    private readonly settings: Settings,
    private readonly vault: ConfigVault,
  ) {}

  /**
   * @throws DocumentTooLargeError, ConfigDocumentTooLargeError, ConfigDocumentNotTextError, SealedError, and what breaks
   *   the body or the backend.
   */
  async take(draft: StorageDocument, source: IntakeSource, backend: StorageBackend): Promise<IntakeResult> {
    return draft.purpose === 'config' ? this.encrypt(draft, source, backend) : this.stream(draft, source, backend);
  }

  private async stream(draft: StorageDocument, source: IntakeSource, backend: StorageBackend): Promise<IntakeResult> {
    const meter = new UploadMeter(this.settings.maxUpload, () => new DocumentTooLargeError());
    const { storageKey: key, mime: contentType } = draft;
    const { ref } = await transfer(backend, { ...source, meter, key, contentType });
    return { ref, size: meter.bytes, sha256: meter.sha256() };
  }

  private async encrypt(draft: StorageDocument, source: IntakeSource, backend: StorageBackend): Promise<IntakeResult> {
    const meter = new UploadMeter(MAX_CONFIG_BYTES, () => new ConfigDocumentTooLargeError());
    const chunks: Buffer[] = [];
    await pipeline(source.body, meter, async (metered: AsyncIterable<Buffer>) => {
      for await (const chunk of metered) chunks.push(chunk);
    }).catch((error: unknown) => {
      throw bodyFailure(error);
    });
    const sealed = await this.vault.seal(draft, Buffer.concat(chunks));
    const { signal } = source;
    const { ref } = await backend.put(draft.storageKey, Readable.from([sealed]), {
      size: sealed.length,
      contentType: 'application/octet-stream',
      signal,
    });
    return { ref, size: meter.bytes, sha256: meter.sha256() };
  }
}
