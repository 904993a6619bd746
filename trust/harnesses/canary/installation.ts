import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerProcess } from '../../../test/processes/server-process.js';
import { runningUrl } from '../../../src/persistence/embedded/index.js';
import type { HarnessContext } from '../../runner/context.js';
import { HttpSender } from '../../support/http.js';
import { InstalledCluster, type InstalledPostgres } from '../../support/installed-cluster.js';
import { ApiDocument } from '../../support/openapi.js';
import { openSql } from '../../support/sql.js';
import type { StandIn } from '../../support/stand-in.js';
import { backUp, dumpPlain, restored } from './backup.js';
import { Canaries } from './canaries.js';
import { Planting } from './planting.js';
import { Search } from './search.js';

const VENDORS = [
  'https://slack.com',
  'https://oauth2.googleapis.com',
  'https://www.googleapis.com',
  'https://accounts.google.com',
  'https://gmail.googleapis.com',
];
const ALWAYS = [
  ...['answers', 'the audit export', 'tables', 'the database files', 'documents'],
  ...['the backup', 'documents of the backup'],
];

/** One server with secrets wherever it takes some, and the search for them wherever they might have gone. */
export class Installation {
  readonly search: Search;
  readonly canaries: Canaries;
  answers = 0;
  logBytes = 0;
  private readonly control: Canaries;
  private readonly dataFolder = mkdtempSync(join(tmpdir(), 'ede-canary-'));

  constructor(
    private readonly context: HarnessContext,
    /** A service that sends back what it gets. */
    private readonly echo: StandIn,
  ) {
    this.canaries = new Canaries(context.random);
    this.control = new Canaries(context.random);
    this.search = new Search(this.canaries, this.control);
    chmodSync(this.dataFolder, 0o711); // as root the embedded server runs as another user, who must get in
    context.atEnd(async () => rmSync(this.dataFolder, { recursive: true, force: true }));
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
    const { context, echo, canaries } = this;
    const fleet = context.fleet(databaseUrl, {
      EDE_LOG_LEVEL: 'trace',
      EDE_DATA_DIR: this.dataFolder,
      EDE_EGRESS_ALLOW: echo.host,
      EDE_ENDPOINT_OVERRIDES: JSON.stringify(Object.fromEntries(VENDORS.map((vendor) => [vendor, echo.origin]))),
      EDE_SMTP_URL: `smtp://user:${canaries.plain()}@127.0.0.1:9`,
    });
    const server = await fleet.start();
    const { cookie } = await server.signIn();
    const http = new HttpSender(server.url);
    context.atEnd(() => http.close());
    const control = this.control.plain();
    const planting = new Planting(context, http, canaries, this.search, cookie, echo.origin, control);
    await planting.run(await ApiDocument.of(server.url), wanted);
    this.answers = planting.requests;
    return server;
  }

  private async searchDatabase(url: string, server: ServerProcess): Promise<void> {
    const sql = await openSql(this.context, url);
    await this.search.tables('tables', sql);
    await sql.query('CHECKPOINT');
    const log = Buffer.from(server.output);
    this.logBytes = log.length;
    this.search.look('the log', log);
    // Nothing that a client says is there to be planted in clear.
    if (!log.includes('"route":"/api/connectors"')) throw new Error('The log tells of no request');
  }
}
