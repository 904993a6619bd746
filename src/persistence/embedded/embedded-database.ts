import { resolve } from 'node:path';
import { Client } from 'pg';
import { type Binaries, findBinaries } from './binaries.js';
import { ROLE, prepareCluster, readPort, writePort } from './cluster-files.js';
import { endLeftovers } from './cluster-processes.js';
import { freePort } from './free-port.js';
import { type Home, openHome } from './home-folder.js';
import { OwnerFile } from './owner-file.js';
import { Postmaster, type PostmasterOptions } from './postmaster.js';
import type { ServerLog } from './server-log.js';
import { SupervisedServer } from './supervised-server.js';

const START_ATTEMPTS = 5;
/** What PostgreSQL says when its port is taken, or when processes of an earlier run have not quite ended. */
const MAY_PASS = /TCP\/IP sockets|postmaster\.pid|shared memory/;
const DEFAULT_MAX_CONNECTIONS = 100;

export interface EmbeddedDatabaseOptions {
  /** The cluster goes to a folder below it. */
  readonly dataDir: string;
  /** Whether an operator named `dataDir`: then it is used or the start fails, but nothing goes elsewhere. */
  readonly isDataDirExplicit: boolean;
  /** `false` only for data that may be lost. */
  readonly fsync?: boolean;
  readonly maxConnections?: number;
  /** Where clusters go whose data directory the server's account cannot enter; default below `/var/lib`. */
  readonly stateRoot?: string;
  readonly log: ServerLog;
}

/** A PostgreSQL server of this process, on the loopback address only, restarted when it crashes. */
export class EmbeddedDatabase {
  private stopped: Promise<void> | null = null;

  private constructor(
    /** With role and password. */
    readonly url: string,
    private readonly server: SupervisedServer,
    private readonly owner: OwnerFile,
  ) {}

  /**
   * Makes the cluster at first, ends what an earlier process left behind, and starts the server.
   * @throws EmbeddedDatabaseError with one line for the operator; `DataDirectoryInUseError` when another process has it.
   */
  static async start(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
    const home = openHome({
      dataDir: resolve(options.dataDir),
      isDataDirExplicit: options.isDataDirExplicit,
      stateRoot: options.stateRoot,
    });
    const owner = await OwnerFile.acquire(home.folder, options.log);
    if (home.note !== null) options.log('info', home.note);
    try {
      const binaries = findBinaries(home);
      const password = await prepareCluster(home, binaries, options.fsync ?? true);
      if (await endLeftovers(home.cluster))
        options.log('warn', 'Ended a database server that an earlier run left behind');
      const server = await startServer(home, { binaries, password, ownerFd: owner.fd }, options);
      return new EmbeddedDatabase(server.url, server.supervised, owner);
    } catch (error) {
      await owner.release();
      throw error;
    }
  }

  /** Ends the server and gives the data directory up. May be called more than once. */
  stop(): Promise<void> {
    this.stopped ??= this.server.stop().finally(() => this.owner.release());
    return this.stopped;
  }
}

async function startServer(
  home: Home,
  { binaries, password, ownerFd }: { binaries: Binaries; password: string; ownerFd: number | null },
  options: EmbeddedDatabaseOptions,
): Promise<{ url: string; supervised: SupervisedServer }> {
  const started = await startOnFreePort(
    (port) => ({
      program: binaries.postgres,
      cluster: home.cluster,
      account: home.account,
      ownerFd,
      port,
      isDurable: options.fsync ?? true,
      maxConnections: options.maxConnections ?? DEFAULT_MAX_CONNECTIONS,
      url: urlOf(password, port, 'postgres'),
      log: options.log,
    }),
    home,
  );
  const supervised = new SupervisedServer(started.postmaster, started.options);
  try {
    await ensureDatabase(started.options.url);
  } catch (error) {
    await supervised.stop();
    throw error;
  }
  writePort(home, started.options.port);
  return { url: urlOf(password, started.options.port, ROLE), supervised };
}

/** Another program may take the port between our look and the start, and a backend may end late. */
async function startOnFreePort(
  optionsAt: (port: number) => PostmasterOptions,
  home: Home,
): Promise<{ postmaster: Postmaster; options: PostmasterOptions }> {
  for (let attempt = 1; ; attempt++) {
    const options = optionsAt(await freePort(attempt === 1 ? readPort(home) : null));
    try {
      return { postmaster: await Postmaster.start(options), options };
    } catch (error) {
      if (attempt === START_ATTEMPTS || !MAY_PASS.test(String(error))) throw error;
      await endLeftovers(home.cluster);
    }
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [ROLE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${ROLE}`);
  } finally {
    await client.end();
  }
}

function urlOf(password: string, port: number, database: string): string {
  return `postgres://${ROLE}:${password}@127.0.0.1:${port}/${database}`;
}
