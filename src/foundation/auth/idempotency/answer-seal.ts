import { INSTANCE, SecretUnreadableError, type EncryptedColumn, type KeyRing } from '../../../core/crypto/index.js';
import type { AnswerParts } from '../../../core/web/index.js';

const TABLE = 'web_idempotency_key';

/** Where kept answers are, for whoever rotates keys. */
export const ENCRYPTED_ANSWERS: EncryptedColumn = {
  table: TABLE,
  column: 'answer',
  key: ['request_hash'],
  owner: 'instance',
  context: ({ request_hash: hash }) => contextOf(hash as Buffer),
};

/** Encrypts an answer for its row: it may hold param values, which are never stored in clear. @throws SealedError */
export async function sealAnswer(keys: KeyRing, requestHash: Buffer, answer: AnswerParts): Promise<Buffer> {
  return keys.encrypt(INSTANCE, contextOf(requestHash), JSON.stringify(answer));
}

/** @returns `null` when it was moved, changed, or its key is gone. @throws SealedError */
export async function openAnswer(keys: KeyRing, requestHash: Buffer, sealed: Buffer): Promise<AnswerParts | null> {
  try {
    return JSON.parse(await keys.decrypt(INSTANCE, contextOf(requestHash), sealed)) as AnswerParts;
  } catch (error) {
    if (error instanceof SecretUnreadableError) return null;
    throw error;
  }
}

function contextOf(requestHash: Buffer): string[] {
  return [TABLE, requestHash.toString('hex')];
}
