import { ConnectionFailedError } from '../../../core/connectors/index.js';
import { DeliveryRefusedError } from '../../../core/delivery/index.js';
import { DomainError } from '../../../core/errors/index.js';
import { tlsFailure } from '../../../core/egress/index.js';

/** What nodemailer's errors carry. */
interface SmtpError {
  readonly code?: unknown;
  /** The code of the system's error, where nodemailer put its own in front. */
  readonly originalCode?: unknown;
  /** The server's reply, e.g. 550. */
  readonly responseCode?: unknown;
  readonly command?: unknown;
}

const BY_CODE: Readonly<Record<string, string>> = {
  ETIMEDOUT: 'The mail server did not answer in time',
  ECONNECTION: 'The mail server closed the connection',
  ESOCKET: 'The connection to the mail server broke off',
  EPROTOCOL: 'The mail server gave an answer that is no SMTP',
};
const REFUSED_STEPS: readonly (readonly [RegExp, string])[] = [
  [/^AUTH/, 'The mail server refused the sign-in'],
  [/^MAIL/, 'The mail server refused the sender'],
  [/^RCPT/, 'The mail server refused every recipient'],
  [/^DATA/, 'The mail server refused the message'],
];

/** What went wrong, in words that are safe to show: the server's own words are left out, but for its reply code. */
export function smtpFailure(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const { code, originalCode, responseCode, command } = error as SmtpError;
  const options = { cause: error };
  if (code === 'ETLS' || isCertificateProblem(originalCode)) return encryptionFailure(originalCode, error);
  if (typeof responseCode === 'number') return replyFailure(responseCode, String(command), options);
  if (code === 'EMESSAGE') return new DeliveryRefusedError('The message is larger than the mail server takes', options);
  if (code === 'EAUTH' || code === 'ENOAUTH') {
    return new ConnectionFailedError('The mail server offers no way of signing in that is known here', options);
  }
  return new ConnectionFailedError(BY_CODE[String(code)] ?? 'The mail could not be handed to the mail server', options);
}

/** Replies of 500 to 599 are final; 503 only says that the conversation went wrong. */
function replyFailure(reply: number, command: string, options: ErrorOptions): DomainError {
  const step = REFUSED_STEPS.find(([pattern]) => pattern.test(command))?.[1];
  if (reply >= 500 && reply < 600 && reply !== 503 && step !== undefined) {
    return new DeliveryRefusedError(`${step} (reply ${reply})`, options);
  }
  return new ConnectionFailedError(`The mail server takes no mail at the moment (reply ${reply})`, options);
}

function encryptionFailure(originalCode: unknown, cause: unknown): DomainError {
  if (isCertificateProblem(originalCode))
    return tlsFailure(Object.assign(new Error('TLS', { cause }), { code: originalCode }));
  return new ConnectionFailedError('The connection to the mail server could not be encrypted', { cause });
}

function isCertificateProblem(code: unknown): boolean {
  return typeof code === 'string' && /CERT|SIGNATURE|ISSUER/.test(code);
}
