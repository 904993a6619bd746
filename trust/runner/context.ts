import { createEmptyDatabase } from '../../test/support/database.js';
import { Fleet } from '../../test/processes/server-process.js';
import { PrivateCluster } from '../support/private-cluster.js';
import { Random } from './random.js';
import type { Build } from './weakened-build.js';

/** What a harness works with; everything it opens is closed when it ends. */
export class HarnessContext {
  readonly random: Random;
  private readonly ends: (() => Promise<unknown> | undefined)[] = [];

  constructor(
    /** The server under attack. */
    readonly build: Build,
    readonly seed: number,
    /** A few seconds instead of minutes. */
    readonly isShort: boolean,
    /** Says how far it is; not part of the report. */
    readonly note: (line: string) => void,
  ) {
    this.random = new Random(seed);
  }

  /** @returns the first when the run is short, else the second. */
  size(short: number, full: number): number {
    return this.isShort ? short : full;
  }

  /** The URL of an empty database on the run's server, which loses data in a crash. The first server migrates it. */
  async database(): Promise<string> {
    const database = await createEmptyDatabase();
    this.atEnd(() => database.drop());
    return database.url;
  }

  /** A durable PostgreSQL server of the harness's own, which it may kill and read the files of. */
  async cluster(): Promise<PrivateCluster> {
    const cluster = await PrivateCluster.start();
    this.atEnd(() => cluster.remove());
    return cluster;
  }

  /** Servers of the build on one database; start the first alone, it migrates. */
  fleet(databaseUrl: string, env: Readonly<Record<string, string>> = {}): Fleet {
    const fleet = new Fleet(databaseUrl, env, this.build.root);
    this.atEnd(() => fleet.close());
    return fleet;
  }

  /** Called when the harness ends, last registered first, also when it fails. */
  atEnd(end: () => Promise<unknown> | undefined): void {
    this.ends.push(end);
  }

  /** For the runner. */
  async close(): Promise<void> {
    for (const end of this.ends.reverse()) await end();
  }
}
