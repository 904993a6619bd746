import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { runNode } from './child.mjs';
import { StepError, root, say } from './project.mjs';
import { underLock } from './work-lock.mjs';

const source = join(root, 'src');
const output = join(root, 'dist');
const stampFile = join(output, '.built');
const OTHER_INPUTS = ['ormconfig.ts', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/** Compiles the sources to `dist` when they are not those of the last build. */
export async function ensureBuilt() {
  if (isBuilt(wantedStamp())) return;
  await underLock(async () => {
    const stamp = wantedStamp();
    if (isBuilt(stamp)) return; // by the process that we waited for
    say('Building …');
    await build();
    writeFileSync(stampFile, stamp);
  });
}

async function build() {
  // Without a stamp the last build did not end well, and an incremental one would trust what it left.
  if (existsSync(stampFile)) rmSync(stampFile);
  else rmSync(output, { recursive: true, force: true });
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const code = await runNode([compiler, '-p', 'tsconfig.build.json'], { stdio: ['ignore', process.stderr, 'inherit'] });
  if (code !== 0) throw new StepError('The build failed: the compiler found the errors above.');
  const files = filesBelow(source);
  removeLeftovers(new Set(files));
  for (const file of files) if (!file.endsWith('.ts')) copy(file);
}

/** Folders are scanned at run time: output whose source is gone would come back to life. */
function removeLeftovers(files) {
  const built = join(output, 'src');
  for (const file of filesBelow(built)) {
    const origin = file.replace(/\.(js|js\.map|d\.ts)$/, '.ts');
    if (!files.has(origin) && !files.has(file)) rmSync(join(built, file));
  }
}

function copy(file) {
  const target = join(output, 'src', file);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(source, file), target);
}

/** By content: a fresh checkout or copy of the same files needs no build. */
function wantedStamp() {
  const hash = createHash('sha256');
  const inputs = [...filesBelow(source).map((file) => join('src', file)), ...OTHER_INPUTS];
  for (const file of inputs.filter((input) => !input.endsWith('.spec.ts')).sort()) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return `${hash.digest('hex')}\n`;
}

function isBuilt(stamp) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
}

/** Paths relative to the folder. */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
}
