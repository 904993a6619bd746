import type { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import { GoogleApi, GoogleApiError, uploadResumably } from '../../../../vendors/google/index.js';
import {
  ConnectionFailedError,
  DeliveryDelayedError,
  DeliveryRefusedError,
  mailOptionsOf,
  testResult,
  TestStepFailure,
  type AccessTokenSource,
  type ConnectionTest,
  type ConnectionTestResult,
  type Egress,
  type EmailConnection,
  type ExplainFailure,
  type Mailbox,
  type OutgoingEmail,
  type SentEmail,
} from '../../contracts/index.js';

const API = 'https://gmail.googleapis.com';
export const GMAIL_SEND = 'https://www.googleapis.com/auth/gmail.send';

/** Scopes that allow sending. */
const MAY_SEND = [
  GMAIL_SEND,
  'https://www.googleapis.com/auth/gmail.compose',
  'https://www.googleapis.com/auth/gmail.modify',
  'https://mail.google.com/',
];
/** Scopes that may read the profile; `gmail.send` alone may not. */
const MAY_READ_PROFILE = [
  'https://www.googleapis.com/auth/gmail.metadata',
  'https://www.googleapis.com/auth/gmail.readonly',
  'https://www.googleapis.com/auth/gmail.compose',
  'https://www.googleapis.com/auth/gmail.modify',
  'https://mail.google.com/',
];

/** Answers that mean that this very mail will never be taken. */
const FINAL_STATUSES = new Set([400, 413]);

/** One Gmail mailbox. */
export class GmailConnection implements EmailConnection {
  private readonly api: GoogleApi;

  constructor(
    private readonly sender: Mailbox,
    private readonly egress: Egress,
    private readonly tokens: AccessTokenSource,
  ) {
    this.api = new GoogleApi(egress, tokens);
  }

  async testConnection(test: ConnectionTest): Promise<ConnectionTestResult> {
    await this.egress.probe(API, test);
    const scopes = await test.step('auth', async () => (await this.tokens.get(test.signal)).scopes ?? [], explain);
    await test.step('access', () => this.assertMaySend(scopes, test.signal), explain);
    const send = test.send;
    if (send)
      await test.step(
        'send',
        () => this.sendMessage(testMail(send.to ?? this.sender.address, send.text), test),
        explain,
      );
    return testResult.ok(`Connected as ${this.sender.address}`);
  }

  async sendMessage(message: OutgoingEmail, { signal }: { readonly signal: AbortSignal }): Promise<SentEmail> {
    try {
      const { answer } = await uploadResumably(this.egress, this.api, {
        url: new URL('/upload/gmail/v1/users/me/messages/send?uploadType=resumable', API),
        method: 'POST',
        metadata: null,
        contentType: 'message/rfc822',
        body: this.compose(message),
        signal,
      });
      return { remoteId: typeof answer['id'] === 'string' ? answer['id'] : null, rejected: [] };
    } catch (error) {
      throw asDeliveryError(error);
    }
  }

  /** MIME with its Bcc header, which Gmail reads the recipients from and takes out. */
  private compose(message: OutgoingEmail): Readable {
    const node = new MailComposer(mailOptionsOf(message, this.sender)).compile();
    node.keepBcc = true;
    return node.createReadStream();
  }

  private async assertMaySend(scopes: readonly string[], signal: AbortSignal): Promise<void> {
    if (!scopes.some((scope) => MAY_SEND.includes(scope))) {
      throw new TestStepFailure(
        'access',
        'The consent does not allow sending mail',
        'Connect with Google again and tick the box for sending mail',
      );
    }
    if (!scopes.some((scope) => MAY_READ_PROFILE.includes(scope))) return;
    (await this.api.request(new URL('/gmail/v1/users/me/profile', API), { signal })).discard();
  }
}

function testMail(to: string, text: string | undefined): OutgoingEmail {
  return {
    id: `test-${Date.now()}`,
    date: new Date(),
    to: [{ name: null, address: to }],
    cc: [],
    bcc: [],
    subject: 'Test message',
    text: text ?? 'This is a test message.',
    html: null,
    attachments: [],
  };
}

function asDeliveryError(error: unknown): unknown {
  if (!(error instanceof GoogleApiError)) return error;
  if (error.status === 429 || error.retryAfter !== undefined)
    return new DeliveryDelayedError(error.retryAfter ?? 60, error.message);
  return FINAL_STATUSES.has(error.status) ? new DeliveryRefusedError('Gmail refused the mail') : error;
}

const explain: ExplainFailure = (error) => {
  if (error instanceof GoogleApiError)
    return { message: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
  if (error instanceof ConnectionFailedError) return { message: error.message, hint: 'Connect with Google again' };
  return { message: 'Google could not be asked' };
};
