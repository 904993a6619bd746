import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedDatabase } from '../../src/persistence/embedded/index.js';

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
