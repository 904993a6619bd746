import type { HarnessContext } from '../../runner/context.js';
import { formWithFile, json } from '../../support/http.js';
import type { ApiDocument } from '../../support/openapi.js';
import type { Canaries } from './canaries.js';
import type { Consents } from './consents.js';
import type { Reveals } from './reveals.js';
import { must, type WatchedClient } from './watched-client.js';

interface Draft {
  readonly category: string;
  readonly provider_type: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Puts secrets wherever the API takes one, makes everything fail, and looks at each answer. */
export class Planting {
  constructor(
    private readonly context: HarnessContext,
    private readonly client: WatchedClient,
    private readonly canaries: Canaries,
    /** Of a service that sends back what it gets. */
    private readonly echo: string,
    /** Stands in clear where it may: a name, a param's key, a document. */
    private readonly control: string,
  ) {}

  /** @param password of the session's user. */
  async run(
    { consents, reveals }: { consents: Consents; reveals: Reveals },
    { password, document, wanted }: { password: string; document: ApiDocument; wanted: number },
  ): Promise<void> {
    await this.inClear();
    await consents.run();
    await reveals.run(password, consents.connected);
    do {
      for (const draft of this.drafts()) await this.connector(draft);
      await this.people();
      await this.wrongRequests();
      if (this.canaries.count < wanted) await consents.run();
    } while (this.canaries.count < wanted);
    for (const { method, path, isPublic } of document.operations)
      if (method === 'GET' && !path.includes('{') && !isPublic) await this.client.send({ method, path });
    await this.reports(await reveals.newToken(['read']));
  }

  private async inClear(): Promise<void> {
    const draft = { name: this.control, category: 'storage', provider_type: 's3_compatible' };
    const param_ids = [{ key: this.control, value: 'ordinary' }];
    await must(this.client.post('/api/connectors', { ...draft, param_ids }));
  }

  /** What leaves for other systems. */
  private async reports(collector: Readonly<Record<string, string>>): Promise<void> {
    const metrics = await must(this.client.sendAs(collector, { method: 'GET', path: '/metrics' }));
    if (!metrics.text.includes('route="/api/connectors"')) throw new Error('The metrics know no request');
    const trail = { method: 'GET', path: '/api/audit/export' };
    await must(this.client.send(trail, 'the audit export'));
  }

  private drafts(): Draft[] {
    const secret = () => this.canaries.next();
    const plain = () => this.canaries.plain();
    const storage = (provider_type: string, params: Draft['params']) => ({
      category: 'storage',
      provider_type,
      params,
    });
    return [
      storage('echo', { token: secret(), second: secret() }),
      storage('echo', { token: secret(), mode: 'throw' }),
      storage('s3_compatible', { endpoint: this.echo, bucket: 'bucket', access_key: 'key', secret_key: secret() }),
      storage('aws_s3', {
        bucket: 'bucket',
        region: 'eu-central-1',
        access_key: 'key',
        secret_key: secret(),
        session_token: secret(),
      }),
      storage('google_drive', { client_id: 'client', client_secret: secret(), refresh_token: secret() }),
      storage('google_drive', { service_account: JSON.stringify({ type: 'service_account', private_key: secret() }) }),
      {
        category: 'email',
        provider_type: 'gmail',
        params: { client_id: 'client', client_secret: secret(), refresh_token: plain() },
      },
      { category: 'messaging', provider_type: 'slack', params: { bot_token: plain(), client_secret: secret() } },
      {
        category: 'messaging',
        provider_type: 'webhook',
        params: {
          url: `${this.echo}/hook`,
          test_url: `${this.echo}/test`,
          'headers.Authorization': `Bearer ${plain()}`,
          hmac_secret: secret(),
        },
      },
      storage('s3_compatible', { custom_password: secret(), 'nested.api_key': secret() }),
    ];
  }

  private async connector({ params, ...draft }: Draft): Promise<void> {
    const param_ids = Object.entries(params).map(([key, value]) => ({ key, value }));
    const name = `Planted ${this.canaries.count}`;
    const created = await this.client.post(
      '/api/connectors',
      { ...draft, name, param_ids },
      { 'idempotency-key': name.replaceAll(' ', '-') },
    );
    await this.client.post('/api/connectors/test', { ...draft, param_ids });
    const { id } = JSON.parse(created.text) as { id?: string };
    if (id === undefined) throw new Error(`${draft.provider_type} was not created: ${created.text}`);
    const own = `/api/connectors/${id}`;
    await this.file(own, draft.provider_type);
    await this.client.post(`${own}/test`, { deep: true });
    await this.client.post(`${own}/test`, { send: { to: '#general', text: 'Test' } });
    await this.client.post(`${own}/activate`);
    await this.client.post(`${own}/oauth/authorize`);
    await this.client.send({
      method: 'PATCH',
      path: own,
      ...json({ param_ids: [{ key: 'endpoint', value: 'https://elsewhere.example' }] }),
    });
    await this.client.post(`${own}/import-config`, {
      json_data: { token: this.canaries.next(), 'x.password': this.canaries.next() },
      mode: 'merge',
    });
    await this.client.post('/api/commands/ir.connector.get_config', { record_id: id });
    for (const path of ['', '/config', '/checks', '/audit', '/usages'])
      await this.client.send({ method: 'GET', path: own + path });
    await this.client.send({
      method: 'PUT',
      path: own,
      ...json({ name: `${name} again`, param_ids, is_default: true }),
    });
    await this.route(draft.category, own);
  }

  /** A secret in a file, from which a param takes its value. */
  private async file(own: string, providerType: string): Promise<void> {
    const content = JSON.stringify({ private_key: this.canaries.next() });
    const form = formWithFile({ name: 'a.json', type: 'application/json', content });
    const upload = { method: 'POST', path: '/api/storage/documents?purpose=config', ...form };
    const { id } = JSON.parse((await must(this.client.send(upload))).text) as { id: string };
    const key = providerType === 'echo' ? 'second' : 'extra.file';
    const change = { param_ids: [{ key, value_type: 'file', file_id: id }] };
    await must(this.client.send({ method: 'PATCH', path: own, ...json(change) }));
  }

  /** Real work through the connector: documents, mail, messages. */
  private async route(category: string, own: string): Promise<void> {
    if (category === 'storage') {
      const document = formWithFile({ name: 'a.txt', type: 'text/plain', content: `in clear ${this.control}` });
      await this.client.send({ method: 'POST', path: '/api/storage/documents', ...document });
    }
    if (category === 'messaging')
      await this.client.post('/api/messaging/messages', { text: 'ordinary', to: '#general' });
    await this.client.post('/api/email/messages', { to: ['a@example.com'], subject: 'ordinary', text: 'ordinary' });
    if (this.context.random.below(3) === 0) await this.client.send({ method: 'DELETE', path: own });
  }

  private async people(): Promise<void> {
    const email = `user${this.canaries.count}@example.com`;
    const password = this.canaries.next();
    await this.client.post('/api/users', { email, name: 'Planted', password, memberships: [] });
    await this.client.post('/api/auth/login', { email, password: this.canaries.next() });
    await this.client.post('/api/auth/confirm', { password: this.canaries.next() });
    await this.client.post('/api/auth/password', { current: this.canaries.next(), new: this.canaries.next() });
    await this.client.post('/api/auth/reset', { reset_token: this.canaries.plain(), password: this.canaries.next() });
    await this.client.post('/api/setup', {
      setup_token: this.canaries.plain(),
      email,
      password,
      organization_name: 'x',
    });
  }

  /** A secret in the wrong place is refused without being repeated. */
  private async wrongRequests(): Promise<void> {
    const secret = () => this.canaries.next();
    const draft = { name: 'Wrong', category: 'storage', provider_type: 's3_compatible' };
    await this.client.post('/api/connectors', {
      ...draft,
      param_ids: [{ key: 'endpoint', value: `https://user:${this.canaries.plain()}@host.example` }],
    });
    await this.client.post('/api/connectors', {
      ...draft,
      param_ids: [{ key: 'secret_key', value: { nested: secret() } }],
    });
    await this.client.post('/api/connectors', {
      ...draft,
      config: { api_token: secret() },
      param_ids: [{ key: 'secret_key', value: secret(), sequence: 'x' }],
    });
    await this.client.send({
      method: 'POST',
      path: '/api/connectors',
      headers: { 'content-type': 'application/json' },
      body: `{"secret": "${secret()}`,
    });
    await this.client.send({
      method: 'GET',
      path: `/api/connectors/oauth/callback/slack?code=${this.canaries.plain()}&state=${this.canaries.plain()}`,
    });
    const foreign = { method: 'GET', path: '/api/connectors' };
    await this.client.sendAs({ authorization: `Bearer ${this.canaries.plain()}` }, foreign);
    await this.client.sendAs({ cookie: `ede_session_insecure=${this.canaries.plain()}` }, foreign);
  }
}
