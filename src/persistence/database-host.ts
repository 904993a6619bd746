import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import type { Settings } from '../core/config/index.js';
import { isDatabaseUnavailable } from './database-unavailable.js';
import { EmbeddedDatabase, type ServerLog } from './embedded/index.js';

const CONNECT_TIMEOUT_MS = 2_000;
const RETRY_DELAY_MS = 1_000;
/** Systems that start everything at once bring the database up within this. */
const PATIENCE_MS = 30_000;

const logger = new Logger('Database');

/** Where the database of this process is: a server that was named, or our own embedded one. */
export class DatabaseHost {
  private isClosing = false;

  private constructor(
    /** With role and password. */
    readonly url: string,
    private readonly embedded: EmbeddedDatabase | null,
  ) {}

  /**
   * Starts the embedded database, or waits up to 30 s until the named server answers.
   * @throws EmbeddedDatabaseError, or the driver's error when the server cannot be used.
   */
  static async open(settings: Settings): Promise<DatabaseHost> {
    if (settings.databaseUrl !== null) {
      await waitForServer(settings.databaseUrl);
      return new DatabaseHost(settings.databaseUrl, null);
    }
    const { dataDir, isDataDirExplicit } = settings;
    const embedded = await EmbeddedDatabase.start({ dataDir, isDataDirExplicit, log: writeLog });
    return new DatabaseHost(embedded.url, embedded);
  }

  /** Logs the loss of an idle session; a pool that was told to end reports some as lost, which means nothing. */
  readonly onPoolError = (error: Error): void => {
    logger[this.isClosing ? 'debug' : 'warn'](`A session was lost: ${error.message}`);
  };

  /** Stops what `open` started; call it when no connection is needed any more. */
  async close(): Promise<void> {
    this.isClosing = true;
    await this.embedded?.stop();
  }
}

const writeLog: ServerLog = (level, message) => {
  if (level === 'info') logger.log(message);
  else logger[level](message);
};

async function waitForServer(url: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let isFirst = true; ; isFirst = false) {
    try {
      await connectOnce(url);
      return;
    } catch (error) {
      if (!isDatabaseUnavailable(error) || Date.now() > deadline) throw error;
      if (isFirst) logger.warn('The database server does not answer yet, waiting for it');
      await sleep(RETRY_DELAY_MS);
    }
  }
}

async function connectOnce(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } finally {
    await client.end().catch(() => undefined);
  }
}
