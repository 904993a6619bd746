import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADMIN, type ServerProcess } from '../../../test/processes/server-process.js';
import { runningUrl } from '../../../src/persistence/embedded/index.js';
import type { HarnessContext } from '../../runner/context.js';
import { HttpSender } from '../../support/http.js';
import { InstalledCluster, type InstalledPostgres } from '../../support/installed-cluster.js';
import { ApiDocument } from '../../support/openapi.js';
import { openSql } from '../../support/sql.js';
import { backUp, dumpPlain, restored } from './backup.js';
import { Canaries } from './canaries.js';
import { Consents } from './consents.js';
import { GENERATED, GeneratedSecrets } from './generated-secrets.js';
import { Planting } from './planting.js';
import { Reveals } from './reveals.js';
import { Search } from './search.js';
import { Vendor } from './vendor.js';
import { WatchedClient } from './watched-client.js';

/** Of the embedded database, beside its files. */
const DATABASE_PASSWORD_FILE = 'password';
const ALWAYS = [
  ...['answers', 'the audit export', 'tables', 'the database files', 'documents'],
  ...['the backup', 'documents of the backup'],
];

/** One server with secrets wherever it takes some, and the search for them wherever they might have gone. */
export class Installation {
  readonly search: Search;
  readonly canaries: Canaries;
  readonly generated = new GeneratedSecrets();
  /** What was done, by name. */
  counts: Readonly<Record<string, number>> = {};
  private readonly control: Canaries;
  private readonly dataFolder = mkdtempSync(join(tmpdir(), 'ede-canary-'));

  constructor(private readonly context: HarnessContext) {
    this.canaries = new Canaries(context.random);
    this.control = new Canaries(context.random);
    this.search = new Search(this.canaries, this.generated, this.control);
    chmodSync(this.dataFolder, 0o711); // as root the embedded server runs as another user, who must get in
    context.atEnd(async () => {
      for (const path of [this.dataFolder, this.keyFile]) rmSync(path, { recursive: true, force: true });
    });
  }

  /** As `npm start` makes it; backed up as a copy of the data directory. */
  async embedded(wanted: number): Promise<void> {
    const server = await this.plant('', wanted);
    await this.searchDatabase(runningUrl({ dataDir: this.dataFolder, isDataDirExplicit: true }), server);
    await server.terminate();
    const backup = await backUp(this.context, 'backup of the embedded database', this.dataFolder);
    this.search.files('the database files', join(this.dataFolder, 'postgres'));
    this.search.files('documents', join(this.dataFolder, 'storage'));
    this.search.files('the backup', join(backup, 'data', 'postgres'));
    this.search.files('documents of the backup', join(backup, 'data', 'storage'));
    this.search.prove(ALWAYS);
  }

  /** On a PostgreSQL server with programs for backups. */
  async dumped(postgres: InstalledPostgres, wanted: number): Promise<void> {
    const cluster = await InstalledCluster.start(postgres);
    this.context.atEnd(() => cluster.remove());
    const server = await this.plant(cluster.url, wanted);
    const database = { url: cluster.url, programs: postgres.folder };
    const backup = await backUp(this.context, 'backup with DATABASE_URL', this.dataFolder, database);
    await this.searchDatabase(cluster.url, server);
    await server.terminate();
    this.search.files('the database files', cluster.dataDirectory);
    this.search.files('documents', this.dataFolder);
    this.search.files('documents of the backup', backup);
    this.search.look('the dump', await dumpPlain(database));
    this.search.look('the backup', await restored(database, join(backup, 'database.dump')));
    this.search.prove([...ALWAYS, 'the dump']);
  }

  /** @param databaseUrl empty for the embedded database. */
  private async plant(databaseUrl: string, wanted: number): Promise<ServerProcess> {
    const { context, canaries, generated, search } = this;
    const vendor = await Vendor.start(context, canaries, generated);
    const password = canaries.next();
    const server = await this.start(databaseUrl, { ...vendor.env, EDE_ADMIN_PASSWORD: password });
    const http = new HttpSender(server.url);
    context.atEnd(() => http.close());
    const client = new WatchedClient(http, search, await this.signIn(server, password));
    await client.sendAs({ cookie: await this.signIn(server, password) }, { method: 'POST', path: '/api/auth/logout' });
    const consents = new Consents(client, vendor, canaries, generated);
    const reveals = new Reveals(client, canaries, generated);
    const planting = new Planting(context, client, canaries, vendor.url, this.control.plain());
    const document = await ApiDocument.of(server.url);
    await planting.run({ consents, reveals }, { password, document, wanted });
    const made = Object.fromEntries(GENERATED.map((kind) => [kind, generated.count(kind)]));
    const { consents: consented, refreshes, calls } = vendor;
    const planted = {
      canaries: canaries.count,
      consents: consented,
      refreshes,
      calls,
      reveals: reveals.count,
      ...made,
    };
    this.counts = { ...planted, answers: client.requests };
    return server;
  }

  /** Its master key is in a file, as without any setting. */
  private async start(databaseUrl: string, env: Readonly<Record<string, string>>): Promise<ServerProcess> {
    const fleet = this.context.fleet(databaseUrl, {
      EDE_LOG_LEVEL: 'trace',
      EDE_DATA_DIR: this.dataFolder,
      EDE_MASTER_KEY: '',
      EDE_SMTP_URL: `smtp://user:${this.canaries.plain()}@127.0.0.1:9`,
      ...env,
    });
    const server = await fleet.start();
    const key = readFileSync(this.keyFile, 'utf8').trim();
    this.generated.learn('master key', Buffer.from(key, 'base64'));
    const url = new URL(databaseUrl || runningUrl({ dataDir: this.dataFolder, isDataDirExplicit: true }));
    this.generated.learn('database password', url.password, DATABASE_PASSWORD_FILE);
    return server;
  }

  /** @returns the cookie of a new session of the first admin. */
  private async signIn(server: ServerProcess, password: string): Promise<string> {
    const { cookie } = await server.signIn({ email: ADMIN.email, password });
    this.generated.learn('session cookie', cookie.slice(cookie.indexOf('=') + 1));
    return cookie;
  }

  private get keyFile(): string {
    return `${this.dataFolder}.key`;
  }

  private async searchDatabase(url: string, server: ServerProcess): Promise<void> {
    const sql = await openSql(this.context, url);
    await this.search.tables('tables', sql);
    await sql.query('CHECKPOINT');
    const log = Buffer.from(server.output);
    this.search.look('the log', log);
    this.counts = { ...this.counts, rows: this.search.rows, logBytes: log.length };
    // Nothing that a client says is there to be planted in clear.
    if (!log.includes('"route":"/api/connectors"')) throw new Error('The log tells of no request');
  }
}
