import type { AddedFile } from '../../runner/harness.js';

/** A secret in six encodings. */
const FORMS = `
const forms = (secret) => {
  const bytes = Buffer.from('user:' + secret);
  return [secret, bytes.toString('base64'), bytes.toString('base64url'), Buffer.from(secret).toString('hex'),
    encodeURIComponent(secret), JSON.stringify(secret)];
};
`;

/** A provider as bad as can be: whatever it does fails, with its secrets in every encoding in the error. */
export const ECHO_PROVIDER: AddedFile = {
  file: 'src/foundation/storage/connectors/echo/echo.provider.js',
  content: `
import { Connector, ConnectionFailedError, StorageConnectorProvider, TestStepFailure, field } from '../../contracts/index.js';
${FORMS}
class EchoConnection {
  constructor(config) { this.text = [config.token, config.second].filter(Boolean).flatMap(forms).join(' | '); }
  fail(mode) {
    if (mode === 'plain') return new Error(this.text);
    if (mode === 'cause') return new ConnectionFailedError('Refused', { cause: Object.assign(new Error(this.text), { code: this.text }) });
    return new ConnectionFailedError(this.text);
  }
  async testConnection(test) {
    const mode = ['plain', 'cause', 'failed', 'step'][EchoConnection.turn++ % 4];
    if (mode !== 'step') throw this.fail(mode);
    await test.step('auth', () => { throw new TestStepFailure('auth', this.text, this.text); });
  }
  async put() { throw this.fail('failed'); }
  async get() { throw this.fail('plain'); }
  async stat() { throw this.fail('cause'); }
  async delete() { throw this.fail('failed'); }
  async list() { throw this.fail('plain'); }
}
EchoConnection.turn = 0;

export class EchoProvider extends StorageConnectorProvider {
  constructor() {
    super();
    this.configSchema = [field.text('mode', 'Mode', { required: false }), field.secret('token', 'Token'), field.secret('second', 'Second', { required: false })];
  }
  fromConfig(config) {
    if (config.mode === 'throw') throw new Error(new EchoConnection(config).text);
    return new EchoConnection(config);
  }
}
Connector({ category: 'storage', providerType: 'echo', displayName: 'Echo' })(EchoProvider);
`,
};

/**
 * As bad, by a consent: fails at every message with the access token in the error, one time in two after it has given
 * the token up. After the message "break" the next connection cannot be made.
 */
export const ECHO_CONSENT_PROVIDER: AddedFile = {
  file: 'src/foundation/messaging/connectors/echo/echo.provider.js',
  content: `
import { Connector, ConnectionFailedError, MessagingConnectorProvider, TestStepFailure, field, testResult } from '../../contracts/index.js';
${FORMS}
let turn = 0;
let isBroken = false;

class EchoConnection {
  constructor(secrets, tokens) { this.secrets = secrets; this.tokens = tokens; }
  async text(signal) {
    const token = await this.tokens.get(signal);
    if (turn++ % 2 === 0) await this.tokens.reject(token);
    return [token.value, ...this.secrets].flatMap(forms).join(' | ');
  }
  async testConnection(test) {
    const text = await this.text(test.signal);
    if (test.deep) await test.step('auth', () => { throw new TestStepFailure('auth', text, text); });
    return testResult.ok(text);
  }
  async sendMessage(message, { signal }) {
    isBroken = message.text === 'break';
    throw new ConnectionFailedError(await this.text(signal));
  }
}

export class EchoConsentProvider extends MessagingConnectorProvider {
  constructor() {
    super();
    this.configSchema = [field.text('client_id', 'Client ID'), field.secret('client_secret', 'Client secret'),
      field.secret('refresh_token', 'Refresh token', { required: false })];
    this.oauth = { authorizationUrl: 'https://echo.example/authorize', tokenUrl: 'https://echo.example/token', scopes: ['chat:write'],
      clientIdKey: 'client_id', clientSecretKey: 'client_secret', clientAuthentication: 'basic', tokenParams: { refresh_token: 'refresh_token' } };
  }
  fromConfig(config, context) {
    const secrets = [config.client_secret, config.refresh_token].filter(Boolean);
    if (!isBroken) return new EchoConnection(secrets, context.accessTokens);
    isBroken = false;
    throw new ConnectionFailedError(secrets.flatMap(forms).join(' | '));
  }
}
Connector({ category: 'messaging', providerType: 'echo_consent', displayName: 'Echo' })(EchoConsentProvider);
`,
};
