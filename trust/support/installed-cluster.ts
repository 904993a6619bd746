import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../../src/persistence/embedded/free-port.js';
import { Postmaster } from '../../src/persistence/embedded/postmaster.js';
import { serverAccount, type ServerAccount } from '../../src/persistence/embedded/server-account.js';

const OLDEST_MAJOR = 14;
const PROGRAMS = ['initdb', 'postgres', 'pg_dump', 'pg_restore'];
/** Of Debian, outside of the path: a folder for each version. */
const PACKAGES = '/usr/lib/postgresql';

/** PostgreSQL as the machine has it. The one that is shipped has no programs for backups. */
export interface InstalledPostgres {
  /** Of its programs. */
  readonly folder: string;
  readonly major: number;
}

/** @returns the newest whose server and backup programs are of one version; `null` when there is none. */
export function findInstalledPostgres(): InstalledPostgres | null {
  const packaged = existsSync(PACKAGES) ? readdirSync(PACKAGES).map((version) => join(PACKAGES, version, 'bin')) : [];
  return (
    [...packaged, ...(process.env['PATH'] ?? '').split(delimiter)]
      .filter((folder) => PROGRAMS.every((program) => existsSync(join(folder, program))))
      .map((folder) => ({ folder, major: majorOf(join(folder, 'postgres')) }))
      .filter(({ major, folder }) => major >= OLDEST_MAJOR && majorOf(join(folder, 'pg_dump')) === major)
      .sort((one, other) => other.major - one.major)[0] ?? null
  );
}

function majorOf(program: string): number {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return Number(/ (\d+)/.exec(stdout ?? '')?.[1] ?? 0);
}

/** A throw-away server of the machine's own PostgreSQL. */
export class InstalledCluster {
  private constructor(
    readonly url: string,
    /** The raw data directory. */
    readonly dataDirectory: string,
    private readonly folder: string,
    private readonly server: Postmaster,
  ) {}

  static async start(postgres: InstalledPostgres): Promise<InstalledCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'ede-installed-'));
    try {
      const cluster = join(folder, 'cluster');
      const account = serverAccount(cluster);
      const password = randomBytes(24).toString('base64url');
      initialize(postgres, cluster, { account, folder, password });
      const port = await freePort(null);
      const url = `postgres://ede:${password}@127.0.0.1:${port}/postgres`;
      const program = join(postgres.folder, 'postgres');
      const options = { program, cluster, account, ownerFd: null, port, url, isDurable: true, maxConnections: 100 };
      const server = await Postmaster.start({ ...options, log: () => undefined });
      return new InstalledCluster(url, cluster, folder, server);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async remove(): Promise<void> {
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function initialize(
  postgres: InstalledPostgres,
  cluster: string,
  { account, folder, password }: { account: ServerAccount; folder: string; password: string },
): void {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account.ids !== null) {
    chmodSync(folder, 0o711); // as root the server runs as another user, who must get in
    for (const path of [folder, passwordFile]) chownSync(path, account.ids.uid, account.ids.gid);
  }
  const { status, stderr } = spawnSync(
    join(postgres.folder, 'initdb'),
    [
      `--pgdata=${cluster}`,
      '--username=ede',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
    ],
    { ...account.ids, cwd: '/', encoding: 'utf8', env: { PATH: process.env['PATH'], LC_ALL: 'C' } },
  );
  if (status !== 0) throw new Error(`The cluster could not be made: ${stderr}`);
}
