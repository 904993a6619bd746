import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedDatabase } from '../../src/persistence/embedded/index.js';
import { queryOnce } from './sql.js';

const POLL_MS = 25;

/** A PostgreSQL server that keeps what it acknowledged, on a folder of its own; killed, it is started again. */
export class PrivateCluster {
  private readonly killed = new Set<number>();

  private constructor(
    readonly folder: string,
    readonly url: string,
    private readonly server: EmbeddedDatabase,
  ) {}

  static async start(): Promise<PrivateCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'ede-trust-'));
    chmodSync(folder, 0o711); // as root the server runs as another user, who must get in
    try {
      const options = { dataDir: folder, isDataDirExplicit: true, maxConnections: 100, log: () => undefined };
      const server = await EmbeddedDatabase.start(options);
      return new PrivateCluster(folder, server.url, server);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The raw data directory. */
  get dataDirectory(): string {
    return join(this.folder, 'postgres', 'cluster');
  }

  /** Ends the server as a crash would; it comes back by itself. @returns false when it is not back from the last kill. */
  kill(): boolean {
    const pid = this.pidOf();
    // A number that was killed before may be another program's by now.
    if (pid === null || this.killed.has(pid)) return false;
    process.kill(pid, 'SIGKILL');
    this.killed.add(pid);
    return true;
  }

  /** Waits until the server that was killed has a successor that answers; what it left behind is gone by then. */
  async isBack(): Promise<void> {
    for (;;) {
      const pid = this.pidOf();
      const isNew = pid !== null && !this.killed.has(pid);
      if (isNew && (await queryOnce(this.url, 'SELECT 1').catch(() => null)) !== null) return;
      await sleep(POLL_MS);
    }
  }

  private pidOf(): number | null {
    try {
      return Number(readFileSync(join(this.dataDirectory, 'postmaster.pid'), 'utf8').split('\n')[0]);
    } catch {
      return null;
    }
  }

  async remove(): Promise<void> {
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
