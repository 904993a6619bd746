import { SEAL_OVERHEAD } from './aead.js';

export const ENVELOPE_VERSION = 1;
const KEY_ID_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES;

/** A stored ciphertext, taken apart. */
export interface Envelope {
  /** UUID of the data key. */
  readonly keyId: string;
  /** Nonce, tag and ciphertext. */
  readonly sealed: Buffer;
}

/** 1 byte version, 16 bytes data key id, 12 bytes nonce, 16 bytes tag, ciphertext. */
export function packEnvelope({ keyId, sealed }: Envelope): Buffer {
  return Buffer.concat([Buffer.of(ENVELOPE_VERSION), Buffer.from(keyId.replaceAll('-', ''), 'hex'), sealed]);
}

/** @returns `null` when the bytes are no envelope of a version that we know. */
export function unpackEnvelope(bytes: Buffer): Envelope | null {
  if (bytes.length < HEADER_BYTES + SEAL_OVERHEAD || bytes[0] !== ENVELOPE_VERSION) return null;
  const hex = bytes.toString('hex', 1, HEADER_BYTES);
  const keyId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { keyId, sealed: bytes.subarray(HEADER_BYTES) };
}
