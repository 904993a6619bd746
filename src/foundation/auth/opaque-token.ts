import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** Begins the text of every API token, so that scanners for leaked secrets can tell it. */
export const API_TOKEN_PREFIX = 'ede_';

/** A fresh random token of 256 bits, and its SHA-256, which alone is stored. */
export function newOpaqueToken(prefix = ''): { readonly text: string; readonly hash: Buffer } {
  const text = prefix + randomBytes(TOKEN_BYTES).toString('base64url');
  return { text, hash: hashToken(text) };
}

/** SHA-256. The tokens are random, so a slow hash would add nothing. */
export function hashToken(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
