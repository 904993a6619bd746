import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Not ours, or made by running. */
const IGNORED = new Set(['node_modules', 'dist', 'coverage', '.git', '.data', '.state']);

/** Paths of the project's files, relative to its root, with `/`. */
export function projectFiles(below = ''): string[] {
  return readdirSync(join(ROOT, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name);
    if (IGNORED.has(entry.name)) return [];
    if (entry.isDirectory()) return projectFiles(path);
    return entry.isFile() ? [relative('.', path).replaceAll('\\', '/')] : [];
  });
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Folders of providers, e.g. `src/foundation/storage/connectors/aws-s3`. */
export function providerFolders(): string[] {
  const found = projectFiles('src/foundation').map(
    (path) => /^src\/foundation\/[^/]+\/connectors\/[^/]+(?=\/)/.exec(path)?.[0],
  );
  return [...new Set(found.filter((folder) => folder !== undefined))].sort();
}
