import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runNode } from './child.mjs';
import { StepError, root, say } from './project.mjs';
import { Stamp, filesBelow } from './stamp.mjs';
import { underLock } from './work-lock.mjs';

const source = join(root, 'src');
const output = join(root, 'dist');
const OTHER_INPUTS = ['ormconfig.ts', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const stamp = new Stamp(join(output, '.built'), () => [
  ...filesBelow(source)
    .filter((file) => !file.endsWith('.spec.ts'))
    .map((file) => join('src', file)),
  ...OTHER_INPUTS,
]);

/** Compiles the sources to `dist` when they are not those of the last build. */
export async function ensureBuilt() {
  if (stamp.is(stamp.wanted())) return;
  await underLock(async () => {
    const wanted = stamp.wanted();
    if (stamp.is(wanted)) return; // by the process that we waited for
    say('Building …');
    await build();
    stamp.write(wanted);
  });
}

async function build() {
  // Without a stamp the last build did not end well, and an incremental one would trust what it left.
  if (!stamp.remove()) rmSync(output, { recursive: true, force: true });
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
