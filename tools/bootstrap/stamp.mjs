import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.mjs';

/** Notes from which content an output was made. By content: a fresh checkout or copy of the same files needs no build. */
export class Stamp {
  #file;
  #inputs;

  /**
   * @param file where the note lies, absolute.
   * @param inputs gives the files that count, relative to the project's folder.
   */
  constructor(file, inputs) {
    this.#file = file;
    this.#inputs = inputs;
  }

  /** What the note must say at this moment. */
  wanted() {
    const hash = createHash('sha256');
    for (const file of this.#inputs().sort()) {
      const content = readFileSync(join(root, file));
      hash.update(`${file}\0${content.length}\0`).update(content);
    }
    return `${hash.digest('hex')}\n`;
  }

  is(wanted) {
    return existsSync(this.#file) && readFileSync(this.#file, 'utf8') === wanted;
  }

  write(wanted) {
    writeFileSync(this.#file, wanted);
  }

  /** @returns whether there was one. */
  remove() {
    const isThere = existsSync(this.#file);
    rmSync(this.#file, { force: true });
    return isThere;
  }
}

/** Paths relative to the folder. @param except names of folders that are left out. */
export function filesBelow(folder, except = []) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return entry.isFile() ? [entry.name] : [];
    if (except.includes(entry.name)) return [];
    return filesBelow(join(folder, entry.name), except).map((name) => join(entry.name, name));
  });
}
