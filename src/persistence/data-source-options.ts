import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { PoolClient } from './pool-client.js';

const POOL_SIZE = 10;
const POOL_WAIT_MS = 2_000;
/** Longest run of one statement; a transaction with a longer lock wait raises it for itself. */
export const STATEMENT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_DELAY_MS = 10_000;
const IDLE_MS = 60_000;
/** By then the server would have ended the statement itself, and said so. */
const SILENCE_LIMIT_MS = STATEMENT_TIMEOUT_MS + 5_000;

/** Names as the driver sends them when it connects. */
const TIMEOUTS = {
  statement_timeout: STATEMENT_TIMEOUT_MS,
  lock_timeout: 3_000,
  idle_in_transaction_session_timeout: 15_000,
};

export interface DataSourceSettings {
  readonly url: string;
  /** `false` for work that may rightly take longer than a request, and so may its wait for another process. */
  readonly hasTimeouts?: boolean;
  /** Receives trouble of idle pooled connections, e.g. a session that an operator ended. */
  readonly onPoolError?: (error: Error) => void;
}

/** How this application talks to PostgreSQL. The schema comes from migrations only. */
export function dataSourceOptions(settings: DataSourceSettings): PostgresDataSourceOptions {
  return {
    type: 'postgres',
    url: settings.url,
    applicationName: 'ede-connectors',
    poolSize: POOL_SIZE,
    connectTimeoutMS: POOL_WAIT_MS,
    poolErrorHandler: settings.onPoolError ?? ignore,
    // TypeORM would log parameters beside a failed statement, and parameters hold what must not be in a log.
    logging: false,
    synchronize: false,
    migrationsRun: false,
    // Every id is made in the application; otherwise TypeORM tries to create an extension at connect.
    installExtensions: false,
    extra: {
      ...(settings.hasTimeouts === false ? {} : { ...TIMEOUTS, silenceLimitMs: SILENCE_LIMIT_MS }),
      Client: PoolClient,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
      // A new session costs a fork and a SCRAM exchange: under load that would eat up the time of a pool wait.
      idleTimeoutMillis: IDLE_MS,
    },
  };
}

function ignore(): void {
  // The pool drops the connection by itself; without a handler the error would end the process.
}
