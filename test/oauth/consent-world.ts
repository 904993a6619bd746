import { startTestApp, type TestApp, type TestAppOptions } from '../support/app.js';
import type { Answer, TestClient } from '../support/client.js';
import { AuthorizationServer, CLIENT_ID, CLIENT_SECRET } from '../support/peers/authorization-server.js';
import { ScriptedModule } from '../support/scripted-provider.js';
import { TokenEndpoint } from '../support/peers/token-endpoint.js';
import { API_ORIGIN, AUTH_ORIGIN, ConsentProvidersModule, HOSTILE_ORIGIN } from './consent-providers.js';

export const PUBLIC_ORIGIN = 'http://ede.example';
export const LIST_URL = '/settings/integrations/connectors';
export const BROWSER = { headers: { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' } };

/** Path of the callback of a provider. */
export const callbackPath = (providerType: string) => `/api/connectors/oauth/callback/${providerType}`;

export interface WorldOptions {
  /** Seconds. */
  readonly accessTokenLifetime?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** The application between two authorization servers: a real one, and one that does whatever a spec wants. */
export class ConsentWorld {
  private constructor(
    readonly app: TestApp,
    readonly server: AuthorizationServer,
    readonly endpoint: TokenEndpoint,
    readonly admin: TestClient,
    private readonly env: Readonly<Record<string, string>>,
    private readonly others: TestApp[] = [],
  ) {}

  static async start(options: WorldOptions = {}): Promise<ConsentWorld> {
    const server = await AuthorizationServer.start({
      issuer: AUTH_ORIGIN,
      redirectUris: [`${PUBLIC_ORIGIN}${callbackPath('vendor_drive')}`],
      ...(options.accessTokenLifetime !== undefined && { accessTokenLifetime: options.accessTokenLifetime }),
    });
    const endpoint = await TokenEndpoint.start();
    const env = {
      EDE_PUBLIC_URL: PUBLIC_ORIGIN,
      EDE_LOG_LEVEL: 'trace',
      EDE_EGRESS_ALLOW: [server.origin, endpoint.origin].map((origin) => new URL(origin).host).join(','),
      EDE_ENDPOINT_OVERRIDES: JSON.stringify({
        [AUTH_ORIGIN]: server.origin,
        [API_ORIGIN]: server.origin,
        [HOSTILE_ORIGIN]: endpoint.origin,
      }),
      ...options.env,
    };
    const app = await startTestApp({ imports: [ConsentProvidersModule, ScriptedModule], env });
    return new ConsentWorld(app, server, endpoint, await app.setUp(), env);
  }

  /** A second process's worth of application on the same database. */
  async startOther(): Promise<TestApp> {
    const database = { url: this.app.settings.databaseUrl ?? '', drop: () => Promise.resolve() };
    const masterKey = this.app.settings.masterKey?.toString('base64') ?? '';
    const options: TestAppOptions = {
      imports: [ConsentProvidersModule, ScriptedModule],
      env: { ...this.env, EDE_MASTER_KEY: masterKey },
      database,
    };
    const other = await startTestApp(options);
    this.others.push(other);
    return other;
  }

  async stop(): Promise<void> {
    for (const other of this.others) await other.close();
    await this.app.close();
    await this.server.stop();
    await this.endpoint.stop();
  }

  /** A connector with the client's credentials and without a consent. */
  async create(providerType = 'vendor_drive', client = this.admin, fields: object = {}): Promise<string> {
    const param_ids = [
      { key: 'client_id', value: CLIENT_ID },
      { key: 'client_secret', value: CLIENT_SECRET },
    ];
    const record = await client.createConnector({ provider_type: providerType, param_ids, ...fields });
    return record.id as string;
  }

  async authorize(id: string, client = this.admin): Promise<Answer['body']> {
    const answer = await client.post(`/api/connectors/${id}/oauth/authorize`);
    if (answer.status !== 200) throw new Error(`Not started: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  /** Starts a consent and goes through the real consent page. @returns path and query of the callback. */
  async consent(id: string, client = this.admin, decision: 'grant' | 'deny' = 'grant'): Promise<string> {
    const { authorization_url } = await this.authorize(id, client);
    const back = await this.server.consent(authorization_url as string, decision);
    return back.pathname + back.search;
  }

  /** A connector with tokens from the real server. */
  async connect(client = this.admin): Promise<string> {
    const id = await this.create('vendor_drive', client);
    const answer = await client.get(await this.consent(id, client));
    if (answer.body.success !== true) throw new Error(`Not connected: ${answer.text}`);
    return id;
  }

  /** Starts a consent of the hostile provider. @returns path and query of a callback with a code. */
  async hostileCallback(id: string, extra = '', providerType = 'hostile_drive'): Promise<string> {
    const { state } = await this.authorize(id);
    return `${callbackPath(providerType)}?state=${encodeURIComponent(state as string)}&code=canary-code-55aa${extra}`;
  }

  /** Params that are set, by key; secrets as the system sees them. */
  async config(id: string): Promise<Answer['body']> {
    return this.app.configOf(id);
  }
}
