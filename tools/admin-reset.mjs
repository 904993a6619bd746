import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './bootstrap/build.mjs';
import { ensureInstalled } from './bootstrap/install.mjs';
import { root, runSteps, StepError } from './bootstrap/project.mjs';

/** `npm run admin:reset -- <email>`: a one-time link for a user who lost his password. */
await runSteps(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const { adminReset } = await import(pathToFileURL(join(root, 'dist', 'src', 'admin-reset.js')).href);
  const text = await adminReset(process.argv[2], process.env).catch((error) => {
    throw new StepError(error.message);
  });
  process.stdout.write(`${text}\n`);
});
