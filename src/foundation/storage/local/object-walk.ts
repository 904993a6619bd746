import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './local-storage.errors.js';

/**
 * Paths of the files below a folder, as names from the root, in a fixed order.
 * @param at folder to walk, as names from the root.
 * @param after path to go on behind; `null` for the beginning.
 */
export async function* walkFiles(
  root: string,
  at: readonly string[],
  after: readonly string[] | null,
): AsyncGenerator<string[]> {
  const from = after?.[at.length];
  for (const { name, isFolder } of await sortedEntries(join(root, ...at))) {
    if (from !== undefined && name < from) continue;
    const path = [...at, name];
    if (isFolder) yield* walkFiles(root, path, name === from ? after : null);
    else if (name !== from) yield path;
  }
}

async function sortedEntries(folder: string): Promise<{ name: string; isFolder: boolean }[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter(({ name }) => !name.startsWith('.'))
      .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
