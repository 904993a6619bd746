import { SEAL_OVERHEAD } from './aead.js';

export const ENVELOPE_VERSION = 1;
const KEY_ID_BYTES = 16;
/** The bytes of a ciphertext that tell its format and key. */
export const ENVELOPE_HEADER_BYTES = 1 + KEY_ID_BYTES;

/** A stored ciphertext, taken apart. */
export interface Envelope {
  /** UUID of the data key. */
  readonly keyId: string;
  /** Nonce, tag and ciphertext. */
  readonly sealed: Buffer;
}

/** 1 byte version, 16 bytes data key id, 12 bytes nonce, 16 bytes tag, ciphertext. */
export function packEnvelope({ keyId, sealed }: Envelope): Buffer {
  return Buffer.concat([envelopeHeader(keyId), sealed]);
}

/** What every ciphertext under a data key begins with. @param keyId UUID. */
export function envelopeHeader(keyId: string): Buffer {
  return Buffer.concat([Buffer.of(ENVELOPE_VERSION), Buffer.from(keyId.replaceAll('-', ''), 'hex')]);
}

/** @returns `null` when the bytes are no envelope of a version that we know. */
export function unpackEnvelope(bytes: Buffer): Envelope | null {
  const keyId = bytes.length < ENVELOPE_HEADER_BYTES + SEAL_OVERHEAD ? null : keyIdOf(bytes);
  return keyId === null ? null : { keyId, sealed: bytes.subarray(ENVELOPE_HEADER_BYTES) };
}

/**
 * UUID of the data key that a ciphertext names.
 * @param bytes at least its header. @returns `null` when it is of no version that we know.
 */
export function keyIdOf(bytes: Buffer): string | null {
  if (bytes.length < ENVELOPE_HEADER_BYTES || bytes[0] !== ENVELOPE_VERSION) return null;
  const hex = bytes.toString('hex', 1, ENVELOPE_HEADER_BYTES);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
