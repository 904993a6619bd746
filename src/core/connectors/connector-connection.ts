import type { ConnectionTest, ConnectionTestResult } from './connection-test.js';

/** One configured record in use: what `fromConfig` returns. A category adds its own methods. */
export interface ConnectorConnection {
  /**
   * Verifies that the service works, leaving nothing behind and sending nothing unless `test.send` is set.
   * Steps are reported on `test`; throwing from a step is the normal way to fail.
   */
  testConnection(test: ConnectionTest): Promise<ConnectionTestResult>;

  /** Frees sockets and timers. Called once, also after a failed test. */
  dispose?(): Promise<void>;
}
