import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataDirectoryInUseError } from '../../src/persistence/embedded/index.js';
import { OwnerFile } from '../../src/persistence/embedded/owner-file.js';

const CONTENDERS = 6;

describe('Owner file', () => {
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'ede-owner-'));
  });

  afterEach(() => rmSync(home, { recursive: true }));

  const write = (identity: unknown): void => writeFileSync(join(home, 'owner.json'), JSON.stringify(identity));

  it('is given once, and again after it was released', () => {
    const first = OwnerFile.acquire(home);
    expect(() => OwnerFile.acquire(home)).toThrow(DataDirectoryInUseError);

    first.release();

    expect(existsSync(join(home, 'owner.json'))).toBe(false);
    expect(() => OwnerFile.acquire(home)).not.toThrow();
  });

  it.each([
    ['an owner that has ended', { pid: spawnSync(process.execPath, ['--version']).pid, startedAt: null }],
    ['a pid that another process has by now', { pid: process.ppid, startedAt: 'long ago' }],
    ['no owner at all', { pid: 0, startedAt: null }],
    ['something without sense', 'text'],
  ])('is taken from %s', (_what, identity) => {
    write(identity);

    OwnerFile.acquire(home);

    expect(() => OwnerFile.acquire(home)).toThrow(`Process ${process.pid} already runs`);
    expect(readdirSync(home)).toEqual(['owner.json']);
  });

  it('goes to exactly one of several processes that want it from an owner that has ended', async () => {
    write({ pid: process.ppid, startedAt: 'long ago' });
    const [loader = '', program = ''] = ['../support/typescript-loader.mjs', './owner-child.ts'].map((name) =>
      fileURLToPath(new URL(name, import.meta.url)),
    );
    const children = Array.from({ length: CONTENDERS }, () => {
      const child = spawn(process.execPath, ['--import', loader, program, home], {
        env: { ...process.env, NODE_OPTIONS: '' },
      });
      return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
    });
    for (const { lines } of children) expect((await lines.next()).value).toBe('waiting');

    for (const { child } of children) child.stdin.write('go\n');
    const said = await Promise.all(children.map(async ({ lines }) => String((await lines.next()).value)));
    await Promise.all(
      children.map(({ child }) => {
        const ended = new Promise((resolve) => child.once('close', resolve));
        child.stdin.end();
        return ended;
      }),
    );

    expect(said.sort()).toEqual([...Array<string>(CONTENDERS - 1).fill('DataDirectoryInUseError'), 'owner']);
  });
});
