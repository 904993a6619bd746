import { createHmac, randomUUID } from 'node:crypto';
import {
  ConnectionFailedError,
  DeliveryDelayedError,
  DeliveryRefusedError,
  testResult,
  TestStepFailure,
  type ConnectionTest,
  type ConnectionTestResult,
  type Egress,
  type ExplainFailure,
  type MessagingConnection,
  type OutgoingMessage,
  type SentMessage,
} from '../../contracts/index.js';
import { isJsonTemplate, renderTemplate, unknownPlaceholders } from './webhook-template.js';

const DEFAULT_RETRY_AFTER = 30;
/** Answers that another attempt may turn: everything else of 4xx is final. */
const PASSING = new Set([408, 409, 423, 425, 429]);

export interface WebhookOptions {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly template: string;
  /** Signs `<timestamp>.<body>` with HMAC-SHA256. */
  readonly hmacSecret: string | undefined;
  readonly testUrl: string | undefined;
}

/** One HTTP endpoint that takes messages. */
export class WebhookConnection implements MessagingConnection {
  constructor(
    private readonly options: WebhookOptions,
    private readonly egress: Egress,
  ) {}

  async testConnection(test: ConnectionTest): Promise<ConnectionTestResult> {
    this.assertTemplate();
    await this.egress.probe(this.options.url, test);
    const { testUrl } = this.options;
    if (testUrl !== undefined) await test.step('access', () => this.ask(testUrl, test.signal), explain);
    const send = test.send;
    if (send) {
      const message = { ...testMessage(), text: send.text ?? 'This is a test message.', to: send.to ?? null };
      await test.step('send', () => this.sendMessage(message, test), explain);
      return testResult.ok('The test message was taken');
    }
    if (testUrl !== undefined) return testResult.ok('The test address answers');
    return testResult.notTestable('A webhook can be tried only by sending a test message');
  }

  async sendMessage(message: OutgoingMessage, { signal }: { readonly signal: AbortSignal }): Promise<SentMessage> {
    const { id, text, to, threadId, date } = message;
    const values = { id, text, to, thread_id: threadId, date: date.toISOString() };
    const body = renderTemplate(this.options.template, values);
    const response = await this.egress.request(this.options.url, {
      method: this.options.method,
      headers: {
        'content-type': 'application/json',
        ...this.options.headers,
        ...this.signature(body),
        'idempotency-key': id,
      },
      body,
      signal,
    });
    response.discard();
    assertTaken(response.status, response.headers['retry-after']);
    return { remoteId: null };
  }

  private signature(body: string): Record<string, string> {
    if (this.options.hmacSecret === undefined) return {};
    const timestamp = String(Math.floor(Date.now() / 1000));
    const digest = createHmac('sha256', this.options.hmacSecret).update(`${timestamp}.${body}`).digest('hex');
    return { 'x-ede-timestamp': timestamp, 'x-ede-signature': `sha256=${digest}` };
  }

  private async ask(url: string, signal: AbortSignal): Promise<void> {
    const response = await this.egress.request(url, { headers: this.options.headers, signal });
    response.discard();
    if (response.status >= 400)
      throw new ConnectionFailedError(`The test address answered with status ${response.status}`);
  }

  private assertTemplate(): void {
    const [unknown] = unknownPlaceholders(this.options.template);
    if (unknown !== undefined)
      throw new TestStepFailure('config', `The template names ${unknown}, which no message has`);
    if (!isJsonTemplate(this.options.template)) {
      throw new TestStepFailure(
        'config',
        'The template does not give JSON',
        'Placeholders come with their own quotes: "text":{{text}}',
      );
    }
  }
}

function testMessage(): OutgoingMessage {
  return { id: randomUUID(), date: new Date(), text: '', to: null, threadId: null };
}

function assertTaken(status: number, retryAfter: string | undefined): void {
  if (status >= 200 && status < 300) return;
  const message = `The webhook answered with status ${status}`;
  if (status === 429 || status === 503) {
    const seconds = Number(retryAfter);
    throw new DeliveryDelayedError(Number.isFinite(seconds) && seconds > 0 ? seconds : DEFAULT_RETRY_AFTER, message);
  }
  if (status >= 300 && status < 500 && !PASSING.has(status)) throw new DeliveryRefusedError(message);
  throw new ConnectionFailedError(message);
}

const explain: ExplainFailure = (error) =>
  error instanceof ConnectionFailedError
    ? { message: error.message, hint: 'Check the address, the headers and the secret with who runs the webhook' }
    : { message: 'The webhook could not be called' };
