import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { projectFiles, read, ROOT } from './source-tree.js';

const documents = projectFiles().filter((path) => path.endsWith('.md'));
/** Folders that a guide makes up. */
const EXAMPLES = /http-(store|mail|chat)|foundation\/fax/;

describe('the documents', () => {
  it('exist', () => {
    for (const name of [
      'README.md',
      'CONTRIBUTING.md',
      'SECURITY.md',
      'CHANGELOG.md',
      'docs/architecture.md',
      'docs/operations.md',
    ]) {
      expect(documents).toContain(name);
    }
  });

  it.each(documents)('%s names only files that exist', (document) => {
    const named = [...read(document).matchAll(/(?<![\w/-])(?:src|test|tools|docs|bench)\/[\w./@-]*[\w/]/g)].map(
      ([path]) => path,
    );
    const missing = named.filter((path) => !EXAMPLES.test(path) && !existsSync(join(ROOT, path)));
    expect([...new Set(missing)]).toEqual([]);
  });

  it.each(documents)('%s links only to what exists', (document) => {
    const links = [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = '']) => target);
    const missing = links.filter((target) => !existsSync(join(ROOT, posix.dirname(document), target)));
    expect(missing).toEqual([]);
  });

  it('show every sentence of the specification by tests that exist', () => {
    const specs = projectFiles().filter((path) => path.endsWith('spec.ts'));
    const rows = read('docs/specification.md')
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| the specification says'));
    expect(rows.length).toBeGreaterThan(40);
    const unproved = rows.filter((row) => {
      const shown = row.split('|')[3] ?? '';
      const named = [...shown.matchAll(/`([^`]+)`(?: "([^"]+)")?/g)];
      return (
        named.length === 0 ||
        !named.every(([, name = '', title = '']) =>
          specs.some((path) => (path.endsWith(`/${name}`) || path === name ? read(path).includes(title) : false)),
        )
      );
    });
    expect(unproved).toEqual([]);
  });

  it('list every setting in the README, and no other', () => {
    const names = (text: string, pattern: RegExp) =>
      [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].sort();
    const table = read('README.md').split('## Settings')[1]?.split('\n## ')[0] ?? '';
    const rows = table.split('\n').map((line) => line.split('|')[1] ?? '');
    const sources = ['load-settings', 'vault-settings'].map((name) => read(`src/core/config/${name}.ts`));
    const known = names(sources.join(), /'([A-Z][A-Z_]+)'/g);
    expect(known.length).toBeGreaterThan(10);
    expect(names(rows.join(), /`([A-Z][A-Z_]+)`/g)).toEqual(known);
  });

  it('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = documents.flatMap((document) =>
      [...read(document).matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name),
    );
    expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([]);
  });
});
