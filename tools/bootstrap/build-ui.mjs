import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runNode } from './child.mjs';
import { StepError, root, say } from './project.mjs';
import { Stamp, filesBelow } from './stamp.mjs';
import { underLock } from './work-lock.mjs';

const source = join(root, 'admin');
const script = join(source, 'build.mjs');
const MADE = ['node_modules', 'dist'];
const stamp = new Stamp(join(source, 'dist', '.built'), () => [
  ...filesBelow(source, MADE).map((file) => join('admin', file)),
  'package-lock.json',
]);

/** Builds the admin UI to `admin/dist` when its sources are not those of the last build. A project may have none. */
export async function ensureUiBuilt() {
  if (!existsSync(script) || stamp.is(stamp.wanted())) return;
  await underLock(async () => {
    const wanted = stamp.wanted();
    if (stamp.is(wanted)) return; // by the process that we waited for
    say('Building the admin UI …');
    stamp.remove();
    const code = await runNode([script], {
      stdio: ['ignore', process.stderr, 'inherit'],
      // Whatever the server runs with: browsers get the small, fast variant.
      env: { ...process.env, NODE_ENV: 'production' },
    });
    if (code !== 0) throw new StepError('The build of the admin UI failed: see the errors above.');
    stamp.write(wanted);
  });
}
