import {
  ConnectionFailedError,
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
import { callSlack, SlackTokenError } from './slack-api.js';

const POST_SCOPE = 'chat:write';

export interface SlackOptions {
  readonly token: string;
  readonly defaultChannel: string | undefined;
}

/** One Slack workspace, by the token of its bot. */
export class SlackConnection implements MessagingConnection {
  constructor(
    private readonly options: SlackOptions,
    private readonly egress: Egress,
  ) {}

  async testConnection(test: ConnectionTest): Promise<ConnectionTestResult> {
    const { token, defaultChannel } = this.options;
    await this.egress.probe('https://slack.com', test);
    const { body, scopes } = await test.step(
      'auth',
      () => callSlack(this.egress, { method: 'auth.test', token, signal: test.signal }),
      explain,
    );
    await test.step('access', () => assertMayPost(scopes));
    const send = test.send;
    if (send) {
      const text = send.text ?? 'This is a test message.';
      await test.step('send', () => this.post(send.to ?? defaultChannel, { text }, test.signal), explain);
    }
    const team = typeof body['team'] === 'string' ? ` to ${body['team']}` : '';
    return defaultChannel === undefined
      ? testResult.degraded(`Connected${team}; without a default channel every message must name one`)
      : testResult.ok(`Connected${team}`);
  }

  async sendMessage(message: OutgoingMessage, { signal }: { readonly signal: AbortSignal }): Promise<SentMessage> {
    const thread = message.threadId === null ? {} : { thread_ts: message.threadId };
    const body = await this.post(message.to ?? this.options.defaultChannel, { text: message.text, ...thread }, signal);
    return { remoteId: typeof body['ts'] === 'string' ? body['ts'] : null };
  }

  private async post(
    channel: string | undefined,
    message: { text: string; thread_ts?: string },
    signal: AbortSignal,
  ): Promise<Record<string, unknown>> {
    if (channel === undefined) throw new DeliveryRefusedError('Neither the message nor the connector names a channel');
    const call = { method: 'chat.postMessage', token: this.options.token, body: { channel, ...message }, signal };
    return (await callSlack(this.egress, call)).body;
  }
}

function assertMayPost(scopes: readonly string[]): Promise<void> {
  if (scopes.includes(POST_SCOPE)) return Promise.resolve();
  throw new TestStepFailure(
    'access',
    `The token lacks the scope ${POST_SCOPE}`,
    `Add ${POST_SCOPE} to the bot token scopes of the app and install it again`,
  );
}

const explain: ExplainFailure = (error) => {
  if (error instanceof SlackTokenError) {
    return { message: error.message, hint: 'Connect with Slack again, or paste the bot token (xoxb-…) of the app' };
  }
  if (error instanceof ConnectionFailedError) return { message: error.message };
  return { message: 'Slack could not be asked' };
};
