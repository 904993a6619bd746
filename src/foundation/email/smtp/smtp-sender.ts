import type { Socket } from 'node:net';
import { createTransport, type SMTPTransportOptions } from 'nodemailer';
import type { SmtpServer } from '../../../core/config/index.js';
import type { Egress } from '../../../core/egress/index.js';
import {
  mailOptionsOf,
  type EmailConnection,
  type Mailbox,
  type OutgoingEmail,
  type SentEmail,
} from '../contracts/index.js';
import { smtpFailure } from './smtp-failure.js';

/** Milliseconds until the server greets, and of silence in the middle of a mail. */
const GREETING_MS = 15_000;
const SILENCE_MS = 60_000;

export interface SmtpOptions {
  readonly server: SmtpServer;
  readonly from: Mailbox;
  /** PEM certificates to trust instead of the public ones. */
  readonly ca: string | null;
}

/**
 * Sends mails to one SMTP server, a connection each. The socket comes from the egress door, so nodemailer resolves
 * no name; certificates are checked against the server's name.
 */
export class SmtpSender implements Pick<EmailConnection, 'sendMessage'> {
  constructor(
    private readonly options: SmtpOptions,
    private readonly egress: Egress,
  ) {}

  /** @throws DeliveryRefusedError, ConnectionFailedError, or the signal's reason. */
  async sendMessage(message: OutgoingEmail, { signal }: { readonly signal: AbortSignal }): Promise<SentEmail> {
    const socket = await this.connect(signal);
    try {
      const transport = createTransport(this.transportOptions(socket));
      const info = await transport.sendMail({ ...mailOptionsOf(message, this.options.from), signal });
      return { remoteId: info.serverMessageId ?? null, rejected: info.rejected };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw smtpFailure(error);
    } finally {
      socket.destroy();
    }
  }

  private connect(signal: AbortSignal): Promise<Socket> {
    const { host, port, isImplicitTls } = this.options.server;
    const tls = isImplicitTls && { servername: host, ...this.trust() };
    return this.egress.connect({ host, port, tls, isSetByOperator: true }, signal);
  }

  private transportOptions(socket: Socket): SMTPTransportOptions {
    const { host, port, isImplicitTls, isTlsRequired, credentials } = this.options.server;
    return {
      host,
      port,
      connection: socket,
      secure: isImplicitTls,
      secured: isImplicitTls,
      requireTLS: isTlsRequired && !isImplicitTls,
      tls: { minVersion: 'TLSv1.2', ...this.trust() },
      ...(credentials && { auth: { user: credentials.username, pass: credentials.password } }),
      connectionTimeout: GREETING_MS,
      greetingTimeout: GREETING_MS,
      socketTimeout: SILENCE_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }

  private trust(): { ca?: string } {
    return this.options.ca === null ? {} : { ca: this.options.ca };
  }
}
