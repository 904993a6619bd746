import {
  ConnectionFailedError,
  DeliveryDelayedError,
  DeliveryRefusedError,
  type Egress,
  type EgressResponse,
  type JsonObject,
} from '../../contracts/index.js';

const API = 'https://slack.com/api/';
const DEFAULT_RETRY_AFTER = 30;
/** Answers of the calls that are made here are small. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** The token is worth nothing: an administrator must connect again or paste another one. */
const TOKEN_ERRORS = new Set(['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired']);

/** Another attempt would end the same way. Slack's code → what an administrator or sender reads. */
const FINAL_ERRORS: Readonly<Record<string, string>> = {
  channel_not_found: 'Slack does not know the channel, or it is private and the app is not in it',
  not_in_channel: 'The app is not a member of the channel',
  is_archived: 'The channel is archived',
  msg_too_long: 'The text is too long for Slack',
  no_text: 'Slack takes no empty text',
  missing_scope: 'The app was not granted the scope chat:write',
  restricted_action: 'A workspace setting does not allow the app to post there',
  thread_not_found: 'Slack does not know the thread',
};

/** Slack refused the token. */
export class SlackTokenError extends ConnectionFailedError {}

/** What Slack answered to a call that went well. */
export interface SlackAnswer {
  readonly body: JsonObject;
  /** Scopes of the token, from the header that every answer carries. */
  readonly scopes: readonly string[];
}

/**
 * One call of Slack's Web API. An answer of 200 with `ok: false` is an error.
 * @throws SlackTokenError, DeliveryDelayedError for 429, DeliveryRefusedError for what another attempt would not mend,
 *   ConnectionFailedError for the rest.
 */
export async function callSlack(
  egress: Egress,
  call: { readonly method: string; readonly token: string; readonly body?: JsonObject; readonly signal: AbortSignal },
): Promise<SlackAnswer> {
  const response = await egress.request(new URL(call.method, API), {
    method: 'POST',
    headers: { authorization: `Bearer ${call.token}`, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(call.body ?? {}),
    signal: call.signal,
    maxResponseBytes: MAX_ANSWER_BYTES,
  });
  if (response.status === 429) throw delayed(response);
  if (response.status !== 200) {
    response.discard();
    throw new ConnectionFailedError(`Slack answered with status ${response.status}`);
  }
  const body = (await response.json()) as JsonObject;
  if (body['ok'] !== true) throw errorOf(body['error']);
  const scopes = (response.headers['x-oauth-scopes'] ?? '').split(',').map((scope) => scope.trim());
  return { body, scopes: scopes.filter((scope) => scope !== '') };
}

function delayed(response: EgressResponse): DeliveryDelayedError {
  response.discard();
  const seconds = Number(response.headers['retry-after']);
  return new DeliveryDelayedError(
    Number.isFinite(seconds) && seconds > 0 ? seconds : DEFAULT_RETRY_AFTER,
    'Slack takes no more messages for a while',
  );
}

function errorOf(code: unknown): ConnectionFailedError {
  if (typeof code !== 'string') return new ConnectionFailedError('Slack answered without a result');
  if (TOKEN_ERRORS.has(code)) return new SlackTokenError('Slack no longer accepts the token');
  const known = FINAL_ERRORS[code];
  if (known !== undefined) return new DeliveryRefusedError(known);
  return new ConnectionFailedError('Slack refused the request');
}
