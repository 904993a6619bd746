import { EgressFailedError } from './egress.errors.js';

interface Explanation {
  readonly message: string;
  readonly hint: string;
}

const EXPIRED: Explanation = {
  message: 'The certificate of the service is not valid at this time',
  hint: 'Renew the certificate, or correct the clock',
};
const WRONG_NAME: Explanation = {
  message: 'The certificate of the service is for another name',
  hint: 'Use the name that the certificate is for, or correct the certificate',
};
const UNTRUSTED: Explanation = {
  message: 'The certificate of the service is not signed by a trusted authority',
  hint: 'Use a certificate of a public authority, or start the server with NODE_EXTRA_CA_CERTS',
};
const NO_TLS: Explanation = {
  message: 'The service does not speak TLS here, or no version in common',
  hint: 'Check the port, and whether the service expects https',
};

const BY_CODE: Readonly<Record<string, Explanation>> = {
  CERT_HAS_EXPIRED: EXPIRED,
  CERT_NOT_YET_VALID: EXPIRED,
  ERR_TLS_CERT_ALTNAME_INVALID: WRONG_NAME,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
};

/** The failed handshake in words that an administrator can act on. */
export function tlsFailure(cause: unknown): EgressFailedError {
  const { message, hint } = BY_CODE[(cause as NodeJS.ErrnoException).code ?? ''] ?? NO_TLS;
  return new EgressFailedError('tls', message, hint, { cause });
}
