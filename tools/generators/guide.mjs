import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StepError, root } from '../bootstrap/project.mjs';

const EXAMPLE = /```ts\n\/\/ (src\/\S+)\n([\s\S]*?)```/g;
const KEY = /^[a-z][a-z0-9_]{0,63}$/;

/** A name in the ways in which code writes it. */
export class Name {
  /** @param key snake_case. @throws StepError when it is not. */
  constructor(key, what) {
    if (!KEY.test(key ?? '')) throw new StepError(`${what} must be lower case letters, digits and _, e.g. my_service.`);
    this.snake = key;
    this.kebab = key.replaceAll('_', '-');
    this.pascal = key.split('_').map(capital).join('');
    const words = key.split('_').join(' ');
    this.title = capital(words);
    this.camel = this.pascal[0].toLowerCase() + this.pascal.slice(1);
    this.constant = key.toUpperCase();
  }
}

/** The files that a guide shows below a folder. @returns `[path, code]` pairs. */
export async function examplesIn(guide, folder) {
  const text = await readFile(join(root, 'docs', guide), 'utf8');
  return [...text.matchAll(EXAMPLE)].map(([, path, code]) => [path, code]).filter(([path]) => path.startsWith(folder));
}

/** Writes renamed examples, formatted. Changes no file that exists. @returns the paths written. */
export async function writeRenamed(files, renames) {
  const rename = (text) => renames.reduce((renamed, [from, to]) => renamed.replaceAll(from, to), text);
  const written = [];
  for (const [path, code] of files) {
    const target = rename(path);
    await mkdir(dirname(join(root, target)), { recursive: true });
    await writeFile(join(root, target), await formatted(target, rename(code)), { flag: 'wx' }).catch((error) => {
      throw error.code === 'EEXIST' ? new StepError(`${target} exists already.`) : error;
    });
    written.push(target);
  }
  return written;
}

async function formatted(path, code) {
  const prettier = await import('prettier');
  const options = (await prettier.resolveConfig(join(root, path), { config: join(root, '.prettierrc.json') })) ?? {};
  return prettier.format(code, { ...options, parser: 'typescript' });
}

function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
