import { Client, type ClientConfig } from 'pg';

/**
 * A connection of the pool that always has somebody to tell its errors to. Between the pool, which stops listening, and
 * the query runner, which starts a moment later, there is nobody: a session that is ended right then would end the
 * process. Whoever uses the connection next meets the error in his query.
 */
export class PoolClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
