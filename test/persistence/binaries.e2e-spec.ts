import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { findBinaries, locatePackage } from '../../src/persistence/embedded/binaries.js';
import { type Home, openHome } from '../../src/persistence/embedded/home-folder.js';
import { EmbeddedHome } from './embedded-home.js';

const isRoot = process.getuid?.() === 0;

describe('Binaries of the embedded database', () => {
  let installation: string;
  let packageFolder: string;
  let place: EmbeddedHome;
  let home: Home;

  beforeAll(() => {
    installation = mkdtempSync(join(tmpdir(), 'ede-package-'));
    chmodSync(installation, 0o711);
    packageFolder = join(installation, 'package');
    cpSync(locatePackage(), packageFolder, { recursive: true, verbatimSymlinks: true });
  });

  beforeEach(() => {
    chmodSync(packageFolder, 0o755);
    for (const link of linksOf(packageFolder)) rmSync(link);
    place = new EmbeddedHome();
    home = openHome({ dataDir: place.dataDir, isDataDirExplicit: true });
  });

  afterEach(async () => place.remove());

  afterAll(() => rmSync(installation, { recursive: true }));

  it('run where they were installed, also when no install script made their links', () => {
    const found = findBinaries(home, packageFolder);

    expect(found.postgres).toContain(packageFolder);
    expect(found.major).toBe('18');
    expect(linksOf(packageFolder)).toHaveLength(14);
  });

  it('run from a copy when the account of the server cannot reach them', () => {
    chmodSync(packageFolder, 0o700);

    const found = findBinaries(home, packageFolder);

    expect(found.postgres).toContain(isRoot ? home.folder : packageFolder);
    expect(findBinaries(home, packageFolder)).toEqual(found);
  });

  it('are copied anew for another version, and the old copy goes', () => {
    chmodSync(packageFolder, isRoot ? 0o700 : 0o755);
    mkdirSync(join(home.folder, 'binaries-1.0.0'));

    findBinaries(home, packageFolder);

    expect(existsSync(join(home.folder, 'binaries-1.0.0'))).toBe(!isRoot);
  });

  it('say what to do when they do not run on this system', () => {
    rmSync(join(packageFolder, 'native/lib'), { recursive: true });

    expect(() => findBinaries(home, packageFolder)).toThrow(/do not run on this system .*DATABASE_URL/);
  });
});

function linksOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isSymbolicLink());
}
