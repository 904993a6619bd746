import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../src/app.factory.js';
import type { Extension } from '../../src/app.module.js';
import { Scope, type Role } from '../../src/core/access/index.js';
import { CommandBus } from '../../src/core/commands/index.js';
import { loadSettings, type Settings } from '../../src/core/config/index.js';
import { createLogger } from '../../src/core/logging/index.js';
import { SetupService } from '../../src/foundation/auth/index.js';
import { TestClient, type Answer } from './client.js';
import { createTestDatabase, type TestDatabase } from './database.js';

export interface TestAppOptions {
  /** Settings besides the database, the data directory and the master key. */
  readonly env?: Readonly<Record<string, string>>;
  /** Further modules, e.g. with providers made for the test. */
  readonly imports?: readonly Extension[];
  /** An existing database, which then is not dropped: for several processes or a restart on one. */
  readonly database?: TestDatabase;
}

type Token<T> = Parameters<NestFastifyApplication['get']>[0] & (abstract new (...args: never[]) => T);

const PASSWORD = 'correct horse battery staple';

/** Starts the whole application on a random loopback port, with an empty database of its own. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = options.database ?? (await createTestDatabase());
  const home = await mkdtemp(join(tmpdir(), 'ede-app-'));
  const settings = loadSettings({
    PORT: '0',
    DATABASE_URL: database.url,
    EDE_DATA_DIR: join(home, 'data'),
    EDE_MASTER_KEY: randomBytes(32).toString('base64'),
    ...options.env,
  });
  const log: string[] = [];
  const logger = createLogger(settings.logLevel, { write: (line: string) => void log.push(line) });
  const nest = await createApp(settings, logger, options.imports);
  await nest.listen(0, '127.0.0.1');
  return new TestApp(nest, settings, log, async () => {
    if (!options.database) await database.drop();
    await rm(home, { recursive: true, force: true });
  });
}

/** A running application, driven over HTTP. */
export class TestApp {
  readonly url: string;
  readonly port: number;
  private first: TestClient | null = null;
  private readonly organizations = new Map<string, string>();
  private users = 0;

  constructor(
    readonly nest: NestFastifyApplication,
    readonly settings: Settings,
    /** Every line of the log so far. */
    readonly log: readonly string[],
    private readonly cleanUp: () => Promise<void>,
  ) {
    this.port = (nest.getHttpServer().address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.port}`;
  }

  /** A provider of the application. */
  get<T>(token: Token<T>): T {
    return this.nest.get<T>(token, { strict: false });
  }

  /** Somebody who has not signed in. */
  anonymous(): TestClient {
    return new TestClient(this.url);
  }

  /** Does the first setup through the API. @returns the instance admin, the same one each time. */
  async setUp(organizationName = 'First'): Promise<TestClient> {
    if (this.first) return this.first;
    const client = this.anonymous();
    const setup_token = await this.get(SetupService).issueToken();
    const form = { setup_token, email: 'admin@example.com', password: PASSWORD, organization_name: organizationName };
    await client.signInBy('/api/setup', form, PASSWORD);
    this.organizations.set(organizationName, client.organizationId);
    this.first = client;
    return client;
  }

  /** @returns the id of the organization, which is made when there is none of that name. */
  async createOrganization(name: string): Promise<string> {
    const admin = await this.setUp();
    const known = this.organizations.get(name);
    if (known !== undefined) return known;
    const answer = await admin.post('/api/organizations', { name });
    if (answer.status !== 201) throw new Error(`No organization: ${answer.status} ${answer.text}`);
    const { id } = answer.body as { id: string };
    this.organizations.set(name, id);
    return id;
  }

  /** A new user with a role in an organization, which is made when it is missing; no instance admin. */
  async signIn(organizationName: string, role: Role = 'admin'): Promise<TestClient> {
    const organization_id = await this.createOrganization(organizationName);
    const email = `user${(this.users += 1)}@example.com`;
    const admin = await this.setUp();
    const answer = await admin.post('/api/users', {
      email,
      name: email,
      password: PASSWORD,
      memberships: [{ organization_id, role }],
    });
    if (answer.status !== 201) throw new Error(`No user: ${answer.status} ${answer.text}`);
    const client = this.anonymous();
    await client.logIn(email, PASSWORD);
    return client;
  }

  /** The full config of a connector as a sibling module gets it in process; REST never shows it whole. */
  async configOf(connectorId: string): Promise<Answer['body']> {
    const request = { recordId: connectorId, payload: {} };
    const answer = await this.get(CommandBus).dispatch(Scope.system(), 'ir.connector.get_config', request);
    return (answer as { config: Answer['body'] }).config;
  }

  async close(): Promise<void> {
    await this.nest.close();
    await this.cleanUp();
  }
}
