import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyRing } from '../../../core/crypto/index.js';
import type { AnswerParts } from '../../../core/web/index.js';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PURPOSE = 'idempotency-answer';

/** Encrypts an answer for its row: it may hold param values, which are never stored in clear. @throws SealedError */
export function sealAnswer(keys: KeyRing, requestHash: Buffer, answer: AnswerParts): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keys.mac(PURPOSE, requestHash), nonce);
  const text = Buffer.concat([cipher.update(JSON.stringify(answer), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** @returns `null` when it was sealed under another master key, or changed. @throws SealedError */
export function openAnswer(keys: KeyRing, requestHash: Buffer, sealed: Buffer): AnswerParts | null {
  const decipher = createDecipheriv(CIPHER, keys.mac(PURPOSE, requestHash), sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    const text = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    return JSON.parse(text.toString('utf8')) as AnswerParts;
  } catch {
    return null;
  }
}
