import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

/**
 * A Vite plugin: the module `virtual:mantine-styles` holds the styles of those Mantine components that the sources
 * import, with all that these are made of, in Mantine's own order. All styles together are twice as large. They are a
 * layer of their own, so that ours are stronger in whatever order the files come.
 */
const VIRTUAL = 'virtual:mantine-styles';
const RESOLVED = `\0${VIRTUAL}`;
const GLOBAL = ['baseline', 'default-css-variables', 'global'];

export function mantineStyles(): Plugin {
  return {
    name: 'mantine-styles',
    resolveId: (id) => (id === VIRTUAL ? RESOLVED : undefined),
    load(id) {
      if (id !== RESOLVED) return undefined;
      return neededStyles()
        .map((name) => `import '@mantine/core/styles/${name}.layer.css';`)
        .join('\n');
    },
  };
}

const library = dirname(fileURLToPath(import.meta.resolve('@mantine/core/styles.css')));

function neededStyles(): string[] {
  const entry = join(library, 'esm', 'index.mjs');
  const found = new Set<string>();
  for (const name of importedNames()) {
    const file = fileOfExport(entry, name);
    if (file !== undefined) collectStyles(file, found, new Set());
  }
  return [...GLOBAL, ...inOrder([...found])];
}

/** What the sources take from the library, types included: those name no file with styles. */
function importedNames(): Set<string> {
  const source = join(import.meta.dirname, 'src');
  const names = new Set<string>();
  for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(file)) continue;
    const text = readFileSync(join(source, file), 'utf8');
    for (const [, list = ''] of text.matchAll(/import \{([^}]*)\} from '@mantine\/core'/g))
      for (const name of list.split(','))
        names.add(
          name
            .trim()
            .replace(/^type /, '')
            .replace(/ as .*/, ''),
        );
  }
  return names;
}

function fileOfExport(entry: string, name: string): string | undefined {
  const pattern = new RegExp(`[{,]\\s*${name}\\s*[,}]`);
  const line = readFileSync(entry, 'utf8')
    .split('\n')
    .find((text) => text.startsWith('import ') && pattern.test(text));
  const path = line === undefined ? undefined : /from "([^"]+)"/.exec(line)?.[1];
  return path === undefined ? undefined : resolve(dirname(entry), path);
}

/** Follows the imports inside the library: a file `X.module.mjs` belongs to the styles `X.css`. */
function collectStyles(file: string, found: Set<string>, seen: Set<string>): void {
  if (seen.has(file) || !existsSync(file)) return;
  seen.add(file);
  const style = /([^/\\]+)\.module\.mjs$/.exec(file)?.[1];
  if (style !== undefined) found.add(style);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/from "(\.[^"]+)"/g))
    collectStyles(resolve(dirname(file), path), found, seen);
}

/** As in the library's one file of all styles, where a later component overrides what it is made of. */
function inOrder(names: readonly string[]): string[] {
  const all = readFileSync(join(library, 'styles.css'), 'utf8');
  const place = (name: string): number => {
    const style = join(library, 'styles', `${name}.css`);
    return existsSync(style) ? all.indexOf(/\.m_[0-9a-z]+/.exec(readFileSync(style, 'utf8'))?.[0] ?? ' ') : -1;
  };
  return names
    .map((name) => ({ name, at: place(name) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
    .map(({ name }) => name);
}
