import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataDirectoryInUseError } from '../../src/persistence/embedded/index.js';
import { OwnerFile } from '../../src/persistence/embedded/owner-file.js';
import { findPidNamespace } from '../support/pid-namespace.js';

const CONTENDERS = 6;
const ROUNDS = 20;

/** Where the owner runs, and how he is named. */
const elsewhere = findPidNamespace();
const note = elsewhere === null ? ', the only one that this machine gives' : '';
const PLACES = [
  { place: `the same pid namespace${note}`, behind: [] as readonly string[], name: /^Process \d+ already runs/ },
  ...(elsewhere === null
    ? []
    : [{ place: 'another pid namespace', behind: elsewhere, name: /^Process 1 of another container already runs/ }]),
];

interface Child {
  readonly child: ChildProcessWithoutNullStreams;
  readonly lines: AsyncIterator<string>;
}

describe('Owner file', () => {
  let home: string;
  let log: string[];
  const owners: OwnerFile[] = [];
  const children: ChildProcessWithoutNullStreams[] = [];

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'ede-owner-'));
    log = [];
  });

  afterEach(async () => {
    for (const owner of owners.splice(0)) await owner.release();
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(home, { recursive: true });
  });

  const acquire = async (): Promise<OwnerFile> => {
    const owner = await OwnerFile.acquire(home, (level, message) => void log.push(`${level} ${message}`));
    owners.push(owner);
    return owner;
  };

  /** A process that waits for a line before it wants the folder, run behind another command. */
  const startChild = (behind: readonly string[] = []): Child => {
    const paths = ['../support/typescript-loader.mjs', './owner-child.ts'];
    const [loader = '', script = ''] = paths.map((name) => fileURLToPath(new URL(name, import.meta.url)));
    const [program, ...args] = [...behind, process.execPath, '--import', loader, script, home];
    const child = spawn(program, args, { env: { ...process.env, NODE_OPTIONS: '' } });
    children.push(child);
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  };

  const write = (identity: unknown, name = 'owner.json'): void =>
    writeFileSync(join(home, name), JSON.stringify(identity));

  it('is given once, and again after it was released', async () => {
    const first = await acquire();
    await expect(acquire()).rejects.toThrow(DataDirectoryInUseError);

    await first.release();

    expect(readdirSync(home)).toEqual([]);
    await acquire();
  });

  it.each([
    ['an owner that has ended', { pid: spawnSync(process.execPath, ['--version']).pid, startedAt: null }],
    ['a pid that another process has by now', { pid: process.ppid, startedAt: 'long ago' }],
    ['no owner at all', { pid: 0, startedAt: null }],
    ['something without sense', 'text'],
  ])('is taken from %s', async (_what, identity) => {
    write(identity);

    await acquire();

    await expect(acquire()).rejects.toThrow(`Process ${process.pid} already runs`);
    expect(readdirSync(home).map((name) => name.replace(/-.*\./, '-*.'))).toEqual(
      process.platform === 'linux' ? ['owner-*.sock', 'owner.json'] : ['owner.json'],
    );
  });

  it('goes to exactly one of several processes that want it from an owner that has ended', async () => {
    write({ pid: process.ppid, startedAt: 'long ago' });
    const contenders = Array.from({ length: CONTENDERS }, () => startChild());
    for (const { lines } of contenders) expect((await lines.next()).value).toBe('waiting');

    for (const { child } of contenders) child.stdin.write('go\n');
    const said = await Promise.all(contenders.map(async ({ lines }) => String((await lines.next()).value)));

    expect(said.map((line) => line.replace(/:.*/, '')).sort()).toEqual([
      ...Array<string>(CONTENDERS - 1).fill('DataDirectoryInUseError'),
      'owner',
    ]);
  });

  it('goes to one when the last taker was killed beside an owner of another container', async () => {
    const gone = { pid: 1, startedAt: 'then', pidNamespace: 'elsewhere', socket: `owner-${randomUUID()}.sock` };
    for (let round = 0; round < ROUNDS; round++) {
      write(gone);
      write(gone, 'owner.json.takeover');

      const answers = await Promise.allSettled(Array.from({ length: CONTENDERS }, acquire));

      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const owner of owners.splice(0)) await owner.release();
      expect(readdirSync(home)).toEqual([]);
    }
    expect(log).toEqual([]);
  });

  it('says when it takes the place of somebody elsewhere of whom nothing can be known', async () => {
    write({ pid: 7, startedAt: 'then', pidNamespace: 'elsewhere', socket: null });

    await acquire();

    expect(log).toEqual([expect.stringMatching(/^warn .*process 7 of another container/)]);
  });

  describe.each(PLACES)('in $place', ({ behind, name }) => {
    it('is refused while its owner lives, and given at once when that was killed', async () => {
      const { child, lines } = startChild(behind);
      expect((await lines.next()).value).toBe('waiting');
      child.stdin.write('go\n');
      expect((await lines.next()).value).toBe('owner');

      await expect(acquire()).rejects.toThrow(name);
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGKILL');
      await ended;

      const owner = await acquire();
      await owner.release();
      expect(readdirSync(home)).toEqual([]);
    });
  });
});
