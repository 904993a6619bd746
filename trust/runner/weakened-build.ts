import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AddedFile, Cut, Edit } from './harness.js';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A built server: `dist/src/main.js` below its root. */
export interface Build {
  readonly root: string;
  /** The guard that was taken out. */
  readonly cut: string | null;
}

export const SHIPPED: Build = { root: ROOT, cut: null };

/** What a copy differs in. */
export interface Difference {
  readonly cut?: Cut;
  readonly additions?: readonly AddedFile[];
}

/** The code is no longer as the cut expects it: the harness must be brought up to date. */
export class CutDoesNotApplyError extends Error {}

/**
 * Copies the built server below the project, where its packages are found, and takes one guard out of the copy, or adds
 * files to it. Nothing in the sources knows of it.
 * @throws CutDoesNotApplyError when a text does not stand in its file exactly once.
 */
export function makeCopy(name: string, { cut = [], additions = [] }: Difference): Build & { remove(): void } {
  const root = join(ROOT, '.trust', `${name}-${process.pid}`);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  const remove = () => rmSync(root, { recursive: true, force: true });
  try {
    cpSync(join(ROOT, 'dist'), join(root, 'dist'), { recursive: true });
    for (const edit of cut) apply(name, edit, join(root, 'dist'));
    for (const { file, content } of additions) add(join(root, 'dist', file), content);
  } catch (error) {
    remove();
    throw error;
  }
  return { root, cut: cut.length > 0 ? name : null, remove };
}

function add(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function apply(name: string, { file, find, replace }: Edit, dist: string): void {
  const path = join(dist, file);
  if (!existsSync(path)) throw new CutDoesNotApplyError(`Cut ${name} does not apply: there is no dist/${file}`);
  const parts = readFileSync(path, 'utf8').split(find);
  if (parts.length !== 2)
    throw new CutDoesNotApplyError(
      `Cut ${name} does not apply: its text stands ${parts.length - 1} times in dist/${file}`,
    );
  writeFileSync(path, parts.join(replace));
}
