import { ensureBuilt } from './bootstrap/build.mjs';
import { ensureInstalled } from './bootstrap/install.mjs';
import { runSteps } from './bootstrap/project.mjs';

/** `npm run build`: what `npm start` does before it serves. */
await runSteps(async () => {
  await ensureInstalled();
  await ensureBuilt();
});
