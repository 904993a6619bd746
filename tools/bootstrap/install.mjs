import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './child.mjs';
import { StepError, root, say } from './project.mjs';
import { underLock } from './work-lock.mjs';

const lockFile = join(root, 'package-lock.json');
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.ede-installed');

/** Installs the locked dependencies, build tools included, when they are missing or not those of the lock file. */
export async function ensureInstalled() {
  const stamp = wantedStamp();
  if (isInstalled(stamp)) return;
  await underLock(async () => {
    if (isInstalled(stamp)) return; // by the process that we waited for
    if (isSameSystem(stamp) && matchesLock()) return writeFileSync(stampFile, stamp);
    say('Installing the dependencies …');
    const code = await runNpm(
      // With NODE_ENV=production npm would leave out what builds and tests.
      ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    ).catch((error) => {
      throw new StepError(`The dependencies could not be installed: npm cannot be run (${error.message}).`);
    });
    if (code !== 0) throw new StepError(`The dependencies could not be installed: npm ci ended with code ${code}.`);
    writeFileSync(stampFile, stamp);
  });
}

function wantedStamp() {
  const hash = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  return `${hash} node ${process.versions.node.split('.')[0]} ${process.platform}-${process.arch}\n`;
}

function isInstalled(stamp) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
}

/** Whether the last install was for this kind of Node and system; without a stamp nothing speaks against it. */
function isSameSystem(stamp) {
  if (!existsSync(stampFile)) return true;
  const withoutHash = (text) => text.slice(text.indexOf(' '));
  return withoutHash(readFileSync(stampFile, 'utf8')) === withoutHash(stamp);
}

/** Whether somebody ran npm himself: then what is there is what the lock file asks for. */
function matchesLock() {
  // npm writes its own note when it is done: without it an installation was interrupted.
  if (!existsSync(join(modules, '.package-lock.json'))) return false;
  const { packages } = JSON.parse(readFileSync(lockFile, 'utf8'));
  return Object.entries(packages).every(([path, wanted]) => !isWanted(path) || isThere(path, wanted));
}

/** The project itself is no package; a workspace has some of its own, and needs none where it was left out. */
function isWanted(path) {
  const [owner, name] = path.split(/(?:^|\/)node_modules\//, 2);
  return name !== undefined && existsSync(join(root, owner));
}

/** Optional packages are left out where they do not fit the system; a linked one has no version of its own. */
function isThere(path, wanted) {
  const manifest = join(root, path, 'package.json');
  if (wanted.link === true && !existsSync(join(root, wanted.resolved))) return true; // a workspace that was left out
  if (!existsSync(manifest)) return wanted.optional === true || wanted.devOptional === true;
  return wanted.link === true || JSON.parse(readFileSync(manifest, 'utf8')).version === wanted.version;
}
