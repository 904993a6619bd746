import { ensureBuilt } from './bootstrap/build.mjs';
import { ensureUiBuilt } from './bootstrap/build-ui.mjs';
import { ensureInstalled } from './bootstrap/install.mjs';
import { runSteps } from './bootstrap/project.mjs';

/** `npm run build`: what `npm start` does before it serves. With `-- --server` the UI is left as it is. */
await runSteps(async () => {
  await ensureInstalled();
  await ensureBuilt();
  if (!process.argv.includes('--server')) await ensureUiBuilt();
});
