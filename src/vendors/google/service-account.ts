import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { ConnectorConfigError, type TokenGrant } from '../../core/connectors/index.js';
import type { Egress } from '../../core/egress/index.js';
import { TokenClient, TokenRequestError } from '../../core/oauth/index.js';
import { GOOGLE_TOKEN_URL } from './google-oauth.js';

const LIFETIME_SECONDS = 3600;

/** A service account, from the JSON file that Google gives out once. */
export interface ServiceAccount {
  readonly email: string;
  readonly keyId: string | null;
  readonly key: KeyObject;
}

export interface ServiceAccountOptions {
  readonly scopes: readonly string[];
  /** The user to act for, by domain-wide delegation. */
  readonly subject?: string;
}

/**
 * Reads the JSON of a service account. Its `token_uri` is not used: the assertion goes to Google and nowhere else.
 * @param param name of the param that holds it, for the error.
 * @throws ConnectorConfigError, without a piece of the text.
 */
export function parseServiceAccount(text: string, param = 'service_account'): ServiceAccount {
  const json = parseObject(text);
  const { type, client_email: email, private_key: pem, private_key_id: keyId } = json;
  if (type !== 'service_account' || typeof email !== 'string' || email === '' || typeof pem !== 'string') {
    throw invalid(param, 'is not the JSON key of a Google service account');
  }
  return { email, keyId: typeof keyId === 'string' ? keyId : null, key: readKey(pem, param) };
}

/**
 * The JWT bearer grant of a service account. Hand it to `context.tokensOf`, which caches what it brings.
 * @throws TokenRequestError, EgressBlockedError, EgressFailedError, or the signal's reason from `request`.
 */
export function serviceAccountGrant(
  egress: Egress,
  account: ServiceAccount,
  options: ServiceAccountOptions,
): TokenGrant {
  const tokens = new TokenClient(egress);
  return {
    name: 'service_account',
    request: async (signal) => {
      try {
        const issued = await tokens.exchangeAssertion(GOOGLE_TOKEN_URL, assertionOf(account, options), signal);
        return { ...issued, scopes: issued.scopes ?? options.scopes };
      } catch (error) {
        throw isRefusal(error) ? refused(options, error) : error;
      }
    },
  };
}

function assertionOf({ email, keyId, key }: ServiceAccount, { scopes, subject }: ServiceAccountOptions): string {
  const issuedAt = Math.floor(Date.now() / 1000);
  const header = { alg: 'RS256', typ: 'JWT', ...(keyId !== null && { kid: keyId }) };
  const claims = {
    iss: email,
    scope: scopes.join(' '),
    aud: GOOGLE_TOKEN_URL,
    iat: issuedAt,
    exp: issuedAt + LIFETIME_SECONDS,
    ...(subject !== undefined && { sub: subject }),
  };
  const content = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${content}.${sign('RSA-SHA256', Buffer.from(content), key).toString('base64url')}`;
}

function isRefusal(error: unknown): boolean {
  return error instanceof TokenRequestError && ['grant_refused', 'client_refused'].includes(error.failure);
}

function refused({ subject }: ServiceAccountOptions, cause: unknown): TokenRequestError {
  const hint =
    subject === undefined
      ? 'Check that the key still exists in the Google Cloud console'
      : 'Check that the key still exists, and that domain-wide delegation allows these scopes';
  return new TokenRequestError('client_refused', 'Google refused the service account', hint, { cause });
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function readKey(pem: string, param: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // the library's message may repeat pieces of the key
  }
  throw invalid(param, 'holds no RSA private key');
}

function invalid(key: string, reason: string): ConnectorConfigError {
  return new ConnectorConfigError([{ key, reason }]);
}
