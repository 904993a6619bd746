import { isEmail } from 'class-validator';
import type { Mailbox } from './contracts/index.js';

const MAX_LENGTH = 512;
const MAX_ADDRESS = 254;
const CONTROL = /\p{Cc}/u;
/** Signs that would end or divide an address in a header. */
const NOT_IN_ADDRESS = /[\s"<>(),;:\\[\]]/;
const NOT_IN_NAME = /["<>\\]/;
const NEEDS_QUOTES = /[(),.:;@[\]]/;

/**
 * Reads `ada@example.com`, `Ada Lovelace <ada@example.com>` or `"Lovelace, Ada" <ada@example.com>`.
 * @returns `null` when it is none of these, or holds a control character.
 */
export function parseMailbox(text: string): Mailbox | null {
  const trimmed = text.trim();
  if (text.length > MAX_LENGTH || CONTROL.test(text)) return null;
  if (!trimmed.endsWith('>')) return mailbox('', trimmed);
  const start = trimmed.indexOf('<');
  const name = trimmed.slice(0, start).trim();
  const isQuoted = name.length > 1 && name.startsWith('"') && name.endsWith('"');
  return start === -1 ? null : mailbox(isQuoted ? name.slice(1, -1) : name, trimmed.slice(start + 1, -1));
}

/** The mailbox as `parseMailbox` reads it. */
export function formatMailbox({ name, address }: Mailbox): string {
  if (name === null) return address;
  return `${NEEDS_QUOTES.test(name) ? `"${name}"` : name} <${address}>`;
}

function mailbox(name: string, address: string): Mailbox | null {
  if (NOT_IN_NAME.test(name) || NOT_IN_ADDRESS.test(address) || address.length > MAX_ADDRESS) return null;
  // A relay inside may well serve names without a dot.
  if (!isEmail(address, { allow_utf8_local_part: false, require_tld: false })) return null;
  return { name: name === '' ? null : name, address };
}
