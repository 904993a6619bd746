import { readBoolean, SettingProblem } from './setting-readers.js';

/** The mail server of the built-in transport. */
export interface SmtpServer {
  /** Name or IP literal, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (`smtps://`); otherwise STARTTLS when the server offers it. */
  readonly isImplicitTls: boolean;
  /** Without STARTTLS no mail is sent. */
  readonly isTlsRequired: boolean;
  readonly credentials: { readonly username: string; readonly password: string } | null;
  /** Path of PEM certificates to trust instead of the public ones. */
  readonly caFile: string | null;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };
const MAILBOX = /^(?:[^<>"\p{Cc}]*<[^<>\s@]+@[^<>\s@]+>|[^<>\s@]+@[^<>\s@]+)$/u;

/** @throws SettingProblem */
export function readSmtpUrl(text: string): SmtpServer {
  const url = URL.canParse(text) ? new URL(text) : null;
  const defaultPort = url === null ? undefined : DEFAULT_PORTS[url.protocol];
  if (url === null || defaultPort === undefined || !isServer(url)) {
    throw new SettingProblem(
      'must be a URL such as smtp://user:password@mail.example.com:587 or smtps://mail.example.com',
    );
  }
  const { isTlsRequired, caFile } = readOptions(url);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? defaultPort : Number(url.port),
    isImplicitTls: url.protocol === 'smtps:',
    isTlsRequired,
    credentials: readCredentials(url),
    caFile,
  };
}

/** `ede@example.com` or `EDE <ede@example.com>`. @throws SettingProblem */
export function readSender(text: string): string {
  if (text.length > 320 || !MAILBOX.test(text)) {
    throw new SettingProblem('must be a mail address such as EDE <ede@example.com>');
  }
  return text;
}

function isServer({ hostname, port, pathname, hash }: URL): boolean {
  return hostname !== '' && port !== '0' && (pathname === '' || pathname === '/') && hash === '';
}

function readOptions({ searchParams }: URL): { isTlsRequired: boolean; caFile: string | null } {
  const unknown = [...searchParams.keys()].filter((name) => name !== 'require_tls' && name !== 'ca_file');
  if (unknown.length > 0) throw new SettingProblem('may have no other options than require_tls and ca_file');
  const required = searchParams.get('require_tls');
  return { isTlsRequired: required !== null && readBoolean(required), caFile: searchParams.get('ca_file') };
}

function readCredentials({ username, password }: URL): SmtpServer['credentials'] {
  if (username === '' && password === '') return null;
  if (username === '' || password === '')
    throw new SettingProblem('must have both a user name and a password, or neither');
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    throw new SettingProblem('has a user name or password that is not URL-encoded');
  }
}
