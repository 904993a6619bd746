import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmbeddedDatabaseError } from '../../src/persistence/embedded/index.js';
import { findPidNamespace } from '../support/pid-namespace.js';
import { query } from '../support/query.js';
import { EmbeddedHome, eventually, isRunning, kill } from './embedded-home.js';

const isRoot = process.getuid?.() === 0;
/** `null` where the machine gives no pid namespace: then nothing is shown of other containers. */
const otherContainer = findPidNamespace();

describe('Embedded database', () => {
  let home: EmbeddedHome;

  beforeEach(() => {
    home = new EmbeddedHome();
  });

  afterEach(async () => home.remove());

  const inHome = (name: string): string => join(home.dataDir, 'postgres', name);

  it('keeps data, port and password over a stop and a start', async () => {
    const first = await home.start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();

    const second = await home.start();

    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'SELECT * FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('is a UTF-8 cluster that knows Unicode letters', async () => {
    const { url } = await home.start();

    expect(await query(url, `SELECT current_setting('server_encoding') AS encoding, 'ÄÉ' ILIKE 'äé' AS folds`)).toEqual(
      [{ encoding: 'UTF8', folds: true }],
    );
  });

  it('listens on the loopback address only, without a socket file, and takes nobody without the password', async () => {
    const { url } = await home.start();
    const withoutPassword = new URL(url);
    withoutPassword.password = 'guess';

    await expect(query(withoutPassword.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    const settings = `SELECT current_setting('listen_addresses') AS at, current_setting('unix_socket_directories') AS files,
      current_setting('password_encryption') AS kind`;
    expect(await query(url, settings)).toEqual([{ at: '127.0.0.1', files: '', kind: 'scram-sha-256' }]);
  });

  it('keeps the password and the cluster to their owner', async () => {
    await home.start();

    expect(statSync(inHome('password')).mode & 0o777).toBe(0o600);
    expect(statSync(inHome('cluster')).mode & 0o777).toBe(0o700);
  });

  it('takes another port when its own is taken', async () => {
    const first = await home.start();
    await first.stop();
    const thief = createServer();
    const { port } = new URL(first.url);
    await new Promise<void>((resolve) => thief.listen(Number(port), '127.0.0.1', resolve));

    const second = await home.start();
    thief.close();

    expect(new URL(second.url).port).not.toBe(port);
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('writes no value of a failed statement to the log', async () => {
    const { url } = await home.start();
    await query(url, 'CREATE TABLE secret (value text UNIQUE)');
    await query(url, `INSERT INTO secret VALUES ('canary')`);

    await expect(query(url, `INSERT INTO secret VALUES ('canary')`)).rejects.toMatchObject({ code: '23505' });
    await expect(query(url, `SELECT 'canary'::int`)).rejects.toMatchObject({ code: '22P02' });
    await home.remove();

    expect(home.log.join('\n')).toContain('ready to accept connections');
    expect(home.log.join('\n')).not.toContain('canary');
  });

  it('is started again when it crashes, on the same port and with all that was committed', async () => {
    const { url } = await home.start({ fsync: true });
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');

    for (const round of [1, 2]) {
      const crashed = home.postmaster;
      process.kill(crashed, 'SIGKILL');
      await eventually(() => expect(home.log.filter((line) => line.includes('is back'))).toHaveLength(round));
      expect(home.postmaster).not.toBe(crashed);
    }

    expect(await query(url, 'SELECT * FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('is not started again once it is stopped, however often that is asked', async () => {
    const database = await home.start();

    await Promise.all([database.stop(), database.stop()]);
    await database.stop();

    await expect(query(database.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(existsSync(inHome('cluster/postmaster.pid'))).toBe(false);
    expect(existsSync(inHome('owner.json'))).toBe(false);
  });

  it('stops while sessions are open', async () => {
    const database = await home.start();
    const sleeping = query(database.url, 'SELECT pg_sleep(600)').catch((error: unknown) => error);
    await eventually(async () =>
      expect(
        await query(database.url, `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%sleep(600)'`),
      ).not.toHaveLength(0),
    );

    await database.stop();

    expect(await sleeping).toBeInstanceOf(Error);
  });

  it('refuses a data directory whose owner lives, and names the owner and the way out', async () => {
    const owner = await home.startChild();

    const second = home.start();

    await expect(second).rejects.toThrow(
      new RegExp(`^Process ${owner.process.pid} already runs [^\\n]*DATABASE_URL[^\\n]*$`),
    );
    expect(await query(owner.says, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('ends the server that a killed owner left behind, and keeps its data', async () => {
    const owner = await home.startChild();
    await query(owner.says, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const orphan = home.postmaster;
    const busy = query(owner.says, 'SELECT pg_sleep(600)').catch((error: unknown) => error);
    await kill(owner.process);
    expect(isRunning(orphan)).toBe(true);

    const { url } = await home.start();

    expect(home.postmaster).not.toBe(orphan);
    expect(isRunning(orphan)).toBe(false);
    expect(await query(url, 'SELECT * FROM kept')).toEqual([{ answer: 42 }]);
    expect(await busy).toBeInstanceOf(Error);
    expect(home.log).toContain('warn Ended a database server that an earlier run left behind');
  });

  if (otherContainer !== null) {
    it('refuses another container also when only the server is left of the owner', async () => {
      const owner = await home.startChild();
      await kill(owner.process);

      const other = await home.startChild({}, otherContainer);

      expect(other.says).toMatch(`Process ${owner.process.pid} of another container already runs`);
      expect(await query(owner.says, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      process.kill(home.postmaster, 'SIGINT');
      await eventually(() => expect(existsSync(inHome('cluster/postmaster.pid'))).toBe(false));
      expect((await home.startChild({}, otherContainer)).says).toMatch(/^postgres:/);
    });
  }

  it('starts when owner and postmaster were killed and a backend is still busy', async () => {
    const owner = await home.startChild();
    const busy = query(owner.says, 'SELECT count(*) FROM generate_series(1, 1e12)').catch((error: unknown) => error);
    await eventually(async () =>
      expect(await query(owner.says, `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%1e12)'`)).not.toHaveLength(0),
    );
    const postmaster = home.postmaster;
    await kill(owner.process);
    process.kill(postmaster, 'SIGKILL');

    const { url } = await home.start();

    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await busy).toBeInstanceOf(Error);
  });

  it('does not take a foreign process for its server when that has the pid of the file, nor touch it', async () => {
    await (await home.start()).stop();
    writeFileSync(
      inHome('cluster/postmaster.pid'),
      `${process.ppid}\n${inHome('cluster')}\n1\n1\n\n127.0.0.1\n\nready\n`,
    );
    writeFileSync(inHome('owner.json'), JSON.stringify({ pid: process.ppid, startedAt: 'another time' }));

    const { url } = await home.start();

    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(isRunning(process.ppid)).toBe(true);
  });

  it('goes on after an interrupted first start', async () => {
    mkdirSync(inHome('cluster-draft-half'), { recursive: true });
    if (isRoot) [home.dataDir, inHome('')].forEach((folder) => chmodSync(folder, 0o711));
    writeFileSync(inHome('password'), 'of the interrupted start');

    const { url } = await home.start();

    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(readdirSync(inHome('')).filter((name) => name.includes('draft'))).toEqual([]);
  });

  it('refuses a cluster of another major version, and leaves it alone', async () => {
    await (await home.start()).stop();
    writeFileSync(inHome('cluster/PG_VERSION'), '17\n');

    await expect(home.start()).rejects.toThrow('made by PostgreSQL 17 and cannot be used by 18');
    expect(readFileSync(inHome('cluster/PG_VERSION'), 'utf8')).toBe('17\n');
  });

  it('uses a data directory behind closed parents as its owner, and as root a state folder that it names', async () => {
    chmodSync(home.root, 0o700);
    const stateRoot = join(home.root, '..', `${home.root}-state`);

    const database = await home.start({ isDataDirExplicit: false, stateRoot });
    await query(database.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await database.stop();
    chmodSync(home.root, 0o711);
    const again = await home.start({ isDataDirExplicit: false, stateRoot });

    expect(await query(again.url, 'SELECT * FROM kept')).toEqual([{ answer: 42 }]);
    expect(existsSync(inHome('cluster'))).toBe(!isRoot);
    expect(home.log.filter((line) => line.includes(`its cluster is in ${stateRoot}`))).toHaveLength(isRoot ? 2 : 0);
    await again.stop();
    spawnSync('rm', ['-rf', stateRoot]);
  });

  it('stops at an explicit data directory that cannot be used, and says what to do', async () => {
    // Root is stopped by what its server's account may enter, others by what they may write.
    chmodSync(home.root, isRoot ? 0o700 : 0o500);

    const start = home.start({ stateRoot: join(home.root, 'state') });

    await expect(start).rejects.toBeInstanceOf(EmbeddedDatabaseError);
    await expect(start).rejects.toThrow(/^[^\n]*EDE_DATA_DIR[^\n]*DATABASE_URL[^\n]*$/);
    chmodSync(home.root, 0o700);
    expect(readdirSync(home.root)).toEqual([]);
  });

  it('serves an unprivileged process, and root after it with the same data', async () => {
    // A project below a closed folder, such as root's home, cannot be run by anybody else.
    const isChanged = isRoot && isOpenToOthers();
    const nobody = isChanged ? { uid: 65534, gid: 65534 } : {};
    const child = await home.startChild(nobody);
    await query(child.says, 'CREATE TABLE kept AS SELECT 42 AS answer');
    expect(statSync(inHome('')).mode & 0o777).toBe(isRoot && !isChanged ? 0o711 : 0o700);
    await kill(child.process);

    const { url } = await home.start();

    expect(await query(url, 'SELECT * FROM kept')).toEqual([{ answer: 42 }]);
  });
});

/** Whether other users can enter the folder of this project. */
function isOpenToOthers(): boolean {
  let folder = dirname(fileURLToPath(import.meta.url));
  while ((statSync(folder).mode & 0o005) === 0o005) {
    if (folder === dirname(folder)) return true;
    folder = dirname(folder);
  }
  return false;
}
