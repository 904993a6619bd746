import { describe, expect, it } from '@jest/globals';
import { ACTIVE_MODULES } from '../../src/foundation/settings.js';
import { projectFiles, providerFolders, read } from './source-tree.js';

const files = projectFiles();
const sources = files.filter((path) => /^src\/.*\.ts$/.test(path));
const product = sources.filter((path) => !path.endsWith('.spec.ts'));
const tests = files.filter((path) => /\.(e2e-)?spec\.ts$/.test(path));
const thisFile = 'test/architecture/structure.spec.ts';
/** Files in which the pattern occurs, with the line. */
const matches = (paths: string[], pattern: RegExp) =>
  paths.flatMap((path) =>
    read(path)
      .split('\n')
      .filter((line) => pattern.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  );

describe('the source tree', () => {
  it('is the one that these tests think it is', () => {
    expect(product.length).toBeGreaterThan(100);
    expect(tests.length).toBeGreaterThan(10);
    expect(product).toContain('src/main.ts');
  });

  it('has kebab-case names', () => {
    const isKebab = (path: string) =>
      path.split('/').every((part) => /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/.test(part));
    expect(sources.filter((path) => !isKebab(path))).toEqual([]);
  });

  it('has no drawer for everything', () => {
    expect(
      sources.filter((path) =>
        /(^|[/.-])(utils?|helpers?|common|shared|misc)([/.-]|$)/.test(path.replace('common.errors', '')),
      ),
    ).toEqual([]);
  });

  it('has index files that list names and hold no code', () => {
    const indexes = product.filter((path) => path.endsWith('/index.ts'));
    expect(indexes.length).toBeGreaterThan(10);
    const statement = /^(export (type )?\{[^}]*\} from '\.[^']*\.js';|import '\.[^']*\.js';)$/;
    const odd = indexes.filter((path) =>
      read(path)
        .replace(/\/\*\*[\s\S]*?\*\//g, '')
        .split(/(?<=;)\n/)
        .map((text) => text.trim().replaceAll('\n', ' '))
        .some((text) => text !== '' && !statement.test(text)),
    );
    expect(odd).toEqual([]);
  });

  it('lets nothing but the built-in mail transport and the key service name a target as set by the operator', () => {
    const setters = matches(product, /isSetByOperator: true/).map((line) => line.split(':')[0]);
    expect(setters).toEqual(['src/core/crypto/vault-client.ts', 'src/foundation/email/smtp/smtp-sender.ts']);
  });

  it('never lets TypeORM change the schema by itself', () => {
    expect(
      matches([...sources, ...tests, 'ormconfig.ts'], /synchronize:\s*true|\.synchronize\(/).filter(
        (line) => !line.startsWith(thisFile),
      ),
    ).toEqual([]);
  });

  it('does not behave differently under test', () => {
    expect(matches(product, /NODE_ENV|JEST_WORKER_ID/)).toEqual([]);
  });

  it('runs every test, always', () => {
    const skipped = /\b(?:it|test|describe)\.(?:skip|only|todo|failing)\b|\b(?:xit|fit|xdescribe|fdescribe)\(/;
    expect(matches(tests, skipped).filter((line) => !line.startsWith(thisFile))).toEqual([]);
  });

  it('names no path of a developer machine', () => {
    const machine = /(?<![\w.~-])\/(?:work|root|home|Users)\/[\w.-]+/;
    const text = files.filter((path) => !/\.(svg|png|ico)$|^package-lock\.json$/.test(path));
    expect(matches(text, machine).filter((line) => !line.startsWith(thisFile))).toEqual([]);
  });

  it('has a module of the right name in the folder of each active module', () => {
    for (const name of ACTIVE_MODULES) expect(product).toContain(`src/foundation/${name}/${name}.module.ts`);
  });

  it('has one provider file in each provider folder, named like the folder', () => {
    for (const folder of providerFolders()) {
      const providers = product.filter((path) => path.startsWith(`${folder}/`) && /\.provider\.ts$/.test(path));
      expect(providers).toEqual([`${folder}/${folder.split('/').pop() ?? ''}.provider.ts`]);
    }
  });
});
