import { json } from '../../support/http.js';
import type { Canaries } from './canaries.js';
import type { GeneratedSecrets } from './generated-secrets.js';
import type { WatchedClient } from './watched-client.js';

type Headers = Readonly<Record<string, string>>;

/** Secrets that are answered to who may see them. Their own answers are not looked at, everything after them is. */
export class Reveals {
  /** Answers that held a secret. */
  count = 0;

  constructor(
    private readonly client: WatchedClient,
    private readonly canaries: Canaries,
    private readonly generated: GeneratedSecrets,
  ) {}

  /** @param password of the session's user. @param connectors paths. */
  async run(password: string, connectors: readonly string[]): Promise<void> {
    await this.client.unwatched({ method: 'POST', path: '/api/auth/confirm', ...json({ password }) });
    for (const own of connectors) await this.reveal(own);
    const credentials = await this.newToken(['read', 'secrets:read']);
    for (const own of connectors) await this.reveal(own, credentials);
  }

  /** @returns the header that shows a new API token. */
  async newToken(scopes: readonly string[]): Promise<Headers> {
    const request = json({ name: 'Collector', scopes });
    const headers = { ...request.headers, 'idempotency-key': `token-${scopes.join('-').replace(':', '-')}` };
    const text = await this.client.unwatched({ method: 'POST', path: '/api/auth/tokens', ...request, headers });
    const { token } = JSON.parse(text) as { token: string };
    this.generated.learn('API token', token);
    return { authorization: `Bearer ${token}` };
  }

  /** As the operation and as the command. */
  private async reveal(own: string, credentials?: Headers): Promise<void> {
    const record_id = own.split('/').pop();
    const command = { method: 'POST', path: '/api/commands/ir.connector.get_config' };
    const requests = [
      { method: 'GET', path: `${own}/config?reveal=true` },
      ...(credentials === undefined ? [{ ...command, ...json({ record_id, reveal: true }) }] : []),
    ];
    for (const request of requests) {
      const text = await this.client.unwatched(request, credentials);
      if (this.canaries.find(Buffer.from(text)) === null) throw new Error('What was revealed holds no secret');
      this.count++;
    }
  }
}
