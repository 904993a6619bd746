import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MASTER_KEY_BYTES } from './master-key.js';

const OTHERS_MAY = 0o077;
const BASE64_KEY = /^[A-Za-z0-9+/]{43}=$/;

/** The key file cannot be used. The message names the file and what to do, never its content. */
export class KeyFileError extends Error {}

/**
 * Reads a key file: one line of base64 of 32 bytes, and perhaps further lines with former keys.
 * @returns the keys, the one to use first; `null` when there is no such file.
 * @throws KeyFileError when it cannot be read or holds something else.
 */
export async function readKeyFile(path: string): Promise<Buffer[] | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new KeyFileError(`The key file ${path} cannot be read (${code ?? 'unknown reason'})`);
  });
  if (text === null) return null;
  const lines = text.trim().split(/\r?\n/);
  if (!lines.every((line) => BASE64_KEY.test(line.trim()))) {
    throw new KeyFileError(`The key file ${path} must hold base64 of 32 bytes in each line`);
  }
  return lines.map((line) => Buffer.from(line.trim(), 'base64'));
}

/** Whether users other than the owner may read the file. */
export async function isKeyFileExposed(path: string): Promise<boolean> {
  return process.platform !== 'win32' && ((await stat(path)).mode & OTHERS_MAY) !== 0;
}

/**
 * Makes a key file with a new random key, mode 0600. An existing file is never touched: then its key is the answer.
 * The file appears whole or not at all, also after a crash or beside a second process.
 */
export async function createKeyFile(path: string): Promise<Buffer> {
  const key = randomBytes(MASTER_KEY_BYTES);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await publish(path, [key], link);
    return key;
  } catch (error) {
    const [existing] = (isCode(error, 'EEXIST') && (await readKeyFile(path))) || [];
    if (existing) return existing;
    throw new KeyFileError(`The key file ${path} cannot be made (${codeOf(error)})`);
  }
}

/**
 * Puts a new random key before those that are in the file, which stay. The file is whole at every moment.
 * @returns the new key. @throws KeyFileError when there is no file, or it cannot be replaced.
 */
export async function renewKeyFile(path: string): Promise<Buffer> {
  const known = await readKeyFile(path);
  if (!known) throw new KeyFileError(`The key file ${path} is missing`);
  const key = randomBytes(MASTER_KEY_BYTES);
  try {
    await publish(path, [key, ...known], rename);
    return key;
  } catch (error) {
    throw new KeyFileError(`The key file ${path} cannot be replaced (${codeOf(error)})`);
  }
}

async function publish(
  path: string,
  keys: readonly Buffer[],
  put: (draft: string, path: string) => Promise<void>,
): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeDraft(draft, keys.map((key) => `${key.toString('base64')}\n`).join(''));
    await put(draft, path);
    await syncFolder(dirname(path));
  } finally {
    await rm(draft, { force: true }).catch(() => undefined); // its folder may not even exist
  }
}

function isCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown reason';
}

async function writeDraft(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Without this a power cut may forget the file's name, while the database already holds what it encrypts. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
