import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { TestCertificate } from './certificate.js';

type DataStream = Parameters<NonNullable<SMTPServerOptions['onData']>>[0];
type Session = Parameters<NonNullable<SMTPServerOptions['onData']>>[1];

/** A mail that the server took. */
export interface ReceivedMail {
  readonly from: string;
  /** Of the envelope. */
  readonly to: readonly string[];
  /** The message as it came; of large ones the beginning. */
  readonly raw: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly isEncrypted: boolean;
  /** Who signed in. */
  readonly user: string | null;
}

export interface SmtpPeerOptions {
  /** `starttls` offers it, `implicit` speaks TLS from the first byte. Default `none`. */
  readonly tls?: 'none' | 'starttls' | 'implicit';
  readonly certificate?: TestCertificate;
  /** Who may send; without it anybody. */
  readonly account?: { readonly user: string; readonly password: string };
  readonly port?: number;
}

const KEPT_BYTES = 1024 ** 2;

/** A mail server on a loopback port that keeps what it gets, and refuses what a test tells it to. */
export class SmtpPeer {
  readonly mails: ReceivedMail[] = [];
  /** Reply codes for addresses that are refused, e.g. 550. */
  readonly refusals = new Map<string, number>();
  /** Reply code to a message after its last byte; `null` takes it. */
  dataReply: number | null = null;
  /** Cuts the connection in the middle of the next messages, so many times. */
  cuts = 0;
  /** Waits before it reads a message. */
  gate: Promise<void> = Promise.resolve();
  /** Messages whose transfer has begun. */
  begun = 0;
  private readonly server: SMTPServer;

  private constructor(private readonly options: SmtpPeerOptions) {
    const { tls = 'none', certificate, account } = options;
    this.server = new SMTPServer({
      ...certificate,
      secure: tls === 'implicit',
      authOptional: account === undefined,
      disabledCommands: [...(tls === 'starttls' ? [] : ['STARTTLS']), ...(account === undefined ? ['AUTH'] : [])],
      allowInsecureAuth: true,
      disableReverseLookup: true,
      logger: false,
      onAuth: (auth, _session, done) => {
        if (auth.username === account?.user && auth.password === account?.password) done(null, { user: auth.username });
        else done(replyOf(535));
      },
      onRcptTo: ({ address }, _session, done) => {
        const reply = this.refusals.get(address);
        done(reply === undefined ? null : replyOf(reply));
      },
      onData: (stream, session, done) => {
        void this.receive(stream, session).then(
          () => done(this.dataReply === null ? null : replyOf(this.dataReply)),
          done,
        );
      },
    });
    // Without a listener a refused handshake would end the process.
    this.server.on('error', () => undefined);
  }

  static async start(options: SmtpPeerOptions = {}): Promise<SmtpPeer> {
    const peer = new SmtpPeer(options);
    await new Promise<void>((resolve, reject) => {
      peer.server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return peer;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  /** For `EDE_SMTP_URL`. */
  url(query = ''): string {
    const { tls, account } = this.options;
    const scheme = tls === 'implicit' ? 'smtps' : 'smtp';
    const user = account === undefined ? '' : `${account.user}:${account.password}@`;
    return `${scheme}://${user}127.0.0.1:${this.port}${query}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async receive(stream: DataStream, session: Session): Promise<void> {
    this.begun += 1;
    await this.gate;
    const hash = createHash('sha256');
    const kept: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (this.cuts > 0) this.cut(session);
      if (bytes < KEPT_BYTES) kept.push(chunk);
      bytes += chunk.length;
      hash.update(chunk);
    }
    if (this.dataReply !== null) return;
    this.mails.push({
      from: session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address,
      to: session.envelope.rcptTo.map(({ address }) => address),
      raw: Buffer.concat(kept).toString('utf8'),
      bytes,
      sha256: hash.digest('hex'),
      isEncrypted: session.secure,
      user: (session.user as string | undefined) ?? null,
    });
  }

  private cut(session: Session): never {
    this.cuts -= 1;
    for (const connection of this.server.connections) {
      if (connection.id === session.id) connection._socket.destroy();
    }
    throw new Error('cut');
  }
}

function replyOf(responseCode: number): Error {
  return Object.assign(new Error('Refused by the test'), { responseCode });
}
