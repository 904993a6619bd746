import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createKeyFile, isKeyFileExposed, KeyFileError, readKeyFile, renewKeyFile } from './key-file.js';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ede-key-'));
  path = join(folder, 'below', '.data.key');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a key file', () => {
  it('is made with 32 random bytes that only its owner may read', async () => {
    const key = await createKeyFile(path);
    expect(key).toHaveLength(32);
    expect(await readKeyFile(path)).toEqual([key]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await isKeyFileExposed(path)).toBe(false);
    expect(await readdir(join(folder, 'below'))).toEqual(['.data.key']);
  });

  it('is never overwritten: of many that make it at once all get the same key', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => createKeyFile(path)));
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
    expect(await readKeyFile(path)).toEqual([keys[0]]);
  });

  it('is left as it is when it holds something else', async () => {
    await createKeyFile(path);
    await writeFile(path, 'not a key');
    await expect(createKeyFile(path)).rejects.toThrow(KeyFileError);
    expect(await readFile(path, 'utf8')).toBe('not a key');
  });

  it('may be missing, which is no error', async () => {
    expect(await readKeyFile(path)).toBeNull();
  });

  it.each([
    ['empty', ''],
    ['too short', Buffer.alloc(31, 1).toString('base64')],
    ['too long', Buffer.alloc(33, 1).toString('base64')],
    ['hex', Buffer.alloc(32, 1).toString('hex')],
  ])('is refused without a word of its content when it is %s', async (_, text) => {
    await createKeyFile(path);
    await writeFile(path, text);
    const error = await readKeyFile(path).catch((thrown: unknown) => thrown as Error);
    expect(error).toBeInstanceOf(KeyFileError);
    if (text !== '') expect((error as Error).message).not.toContain(text);
  });

  it('tells when others may read it', async () => {
    await createKeyFile(path);
    await chmod(path, 0o640);
    expect(await isKeyFileExposed(path)).toBe(true);
  });

  it('takes a new key before those that it has, and keeps its mode', async () => {
    const first = await createKeyFile(path);
    const second = await renewKeyFile(path);
    const third = await renewKeyFile(path);
    expect(await readKeyFile(path)).toEqual([third, second, first]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'below'))).toEqual(['.data.key']);
  });

  it('is not made by taking a new key, and stays as it is when one of its lines is none', async () => {
    await expect(renewKeyFile(path)).rejects.toThrow(KeyFileError);
    await createKeyFile(path);
    const text = `${await readFile(path, 'utf8')}not a key\n`;
    await writeFile(path, text);
    await expect(renewKeyFile(path)).rejects.toThrow(KeyFileError);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('says why it cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(createKeyFile(join(folder, 'file', 'key'))).rejects.toThrow(KeyFileError);
  });
});
