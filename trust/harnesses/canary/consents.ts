import { setTimeout as sleep } from 'node:timers/promises';
import { formWithFile, json } from '../../support/http.js';
import type { Canaries } from './canaries.js';
import type { GeneratedSecrets } from './generated-secrets.js';
import type { Vendor } from './vendor.js';
import { must, type WatchedClient } from './watched-client.js';

interface Consenting {
  readonly category: string;
  readonly provider_type: string;
  readonly params?: Readonly<Record<string, string>>;
}

/** Those that sign in with OAuth, by the way in which they are used. */
const PROVIDERS: readonly Consenting[] = [
  { category: 'storage', provider_type: 'google_drive' },
  { category: 'email', provider_type: 'gmail', params: { sender: 'office@example.com' } },
  { category: 'messaging', provider_type: 'slack', params: { default_channel: '#general' } },
  { category: 'messaging', provider_type: 'echo_consent' },
];
const USES: Readonly<Record<string, { path: string; body: object }>> = {
  email: { path: '/api/email/messages', body: { to: ['a@example.com'], subject: 'ordinary' } },
  messaging: { path: '/api/messaging/messages', body: { to: '#general' } },
};
/** The second has the bad provider fail at the third before it can be handed over. */
const TEXTS = ['ordinary', 'break', 'ordinary'];
const POLL_MS = 50;
const MAX_POLLS = 200;

/** Connectors that are connected by a consent, tested, and used until their tokens have been renewed. */
export class Consents {
  /** Paths of connectors that hold what a consent brought. */
  readonly connected: string[] = [];

  constructor(
    private readonly client: WatchedClient,
    private readonly vendor: Vendor,
    private readonly canaries: Canaries,
    private readonly generated: GeneratedSecrets,
  ) {}

  async run(): Promise<void> {
    for (const provider of PROVIDERS) {
      const own = await this.create(provider);
      await this.consent(own, provider, this.canaries.plain());
      if (!(await this.consent(own, provider, this.vendor.newCode()))) throw new Error('A consent did not succeed');
      if (!(await this.consent(own, provider, this.vendor.newCode(), { accept: 'text/html' })))
        throw new Error('A consent in a browser did not succeed');
      this.connected.push(own);
      await this.use(own, provider.category);
    }
  }

  private async create({ params, ...provider }: Consenting): Promise<string> {
    const secrets = { client_id: 'client', client_secret: this.canaries.next(), ...params };
    const param_ids = Object.entries(secrets).map(([key, value]) => ({ key, value }));
    const draft = { ...provider, name: `Consented ${this.canaries.count}`, param_ids };
    const { text } = await must(this.client.post('/api/connectors', draft));
    return `/api/connectors/${(JSON.parse(text) as { id: string }).id}`;
  }

  /** @returns whether it succeeded. */
  private async consent(
    own: string,
    { provider_type }: Consenting,
    code: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<boolean> {
    const authorize = { method: 'POST', path: `${own}/oauth/authorize`, ...json({}) };
    const started = JSON.parse(await this.client.unwatched(authorize)) as { state: string };
    this.generated.learn('state nonce', started.state.split(':')[1] ?? '');
    const query = new URLSearchParams({ code, state: started.state }).toString();
    const path = `/api/connectors/oauth/callback/${provider_type}?${query}`;
    const answer = await this.client.send({ method: 'GET', path, headers });
    await this.client.send({ method: 'GET', path, headers }); // a state is good once
    if (answer.status === 303) return String(answer.headers['location']).includes('oauth=success');
    return answer.status === 200 && (JSON.parse(answer.text) as { success: boolean }).success;
  }

  private async use(own: string, category: string): Promise<void> {
    await must(this.client.send({ method: 'PATCH', path: own, ...json({ is_default: true }) }));
    await this.client.post(`${own}/test`, { deep: true });
    const test = await must(this.client.post(`${own}/test`));
    const { success } = JSON.parse(test.text) as { success: boolean };
    if (!success) throw new Error(`A connector that is connected does not work: ${test.text}`);
    await must(this.client.post(`${own}/activate`));
    await this.client.post(`${own}/test`, { send: { to: '#general', text: 'ordinary' } });
    const use = USES[category];
    if (use === undefined) await this.upload();
    else for (const text of TEXTS) await this.sendThrough(use.path, { ...use.body, text });
    for (const path of ['', '/config', '/checks', '/audit'])
      await this.client.send({ method: 'GET', path: own + path });
  }

  private async upload(): Promise<void> {
    const document = formWithFile({ name: 'a.txt', type: 'text/plain', content: 'ordinary' });
    await this.client.send({ method: 'POST', path: '/api/storage/documents', ...document });
  }

  /** Waits until the connector has been tried. */
  private async sendThrough(path: string, body: object): Promise<void> {
    const { text } = await must(this.client.post(path, body));
    const { id } = JSON.parse(text) as { id: string };
    for (let poll = 0; poll < MAX_POLLS; poll++) {
      const answer = await must(this.client.send({ method: 'GET', path: `${path}/${id}` }));
      const message = JSON.parse(answer.text) as { status: string; last_error: string | null };
      if (message.last_error !== null || message.status === 'sent') return;
      await sleep(POLL_MS);
    }
    throw new Error('A message was not tried');
  }
}
