import { randomBytes } from 'node:crypto';

/** The two halves of the `state` parameter. */
export interface OAuthState {
  /** UUID in lower case. */
  readonly connectorId: string;
  /** 32 random bytes as base64url. */
  readonly nonce: string;
}

const STATE = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}):([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])$/;

/** 256 bits. */
export function newNonce(): string {
  return randomBytes(32).toString('base64url');
}

export function formatState({ connectorId, nonce }: OAuthState): string {
  return `${connectorId}:${nonce}`;
}

/** @returns `null` for anything that `formatState` does not write. */
export function parseState(text: unknown): OAuthState | null {
  const [, connectorId, nonce] = (typeof text === 'string' && STATE.exec(text)) || [];
  return connectorId === undefined || nonce === undefined ? null : { connectorId, nonce };
}
