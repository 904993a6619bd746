import type { AddedFile } from '../../runner/harness.js';

/** A provider as bad as can be: whatever it does fails, with its secrets in every encoding in the error. */
export const ECHO_PROVIDER: AddedFile = {
  file: 'src/foundation/storage/connectors/echo/echo.provider.js',
  content: `
import { Connector, ConnectionFailedError, StorageConnectorProvider, TestStepFailure, field } from '../../contracts/index.js';

const forms = (secret) => {
  const bytes = Buffer.from('user:' + secret);
  return [secret, bytes.toString('base64'), bytes.toString('base64url'), Buffer.from(secret).toString('hex'),
    encodeURIComponent(secret), JSON.stringify(secret)];
};

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
