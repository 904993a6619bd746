import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './bootstrap/build.mjs';
import { ensureUiBuilt } from './bootstrap/build-ui.mjs';
import { ensureInstalled } from './bootstrap/install.mjs';
import { stopWithNpm, stopWithTerminal } from './bootstrap/npm-watch.mjs';
import { root, runSteps } from './bootstrap/project.mjs';

/** `npm start`: whatever is missing first, then the server, in this process. */
stopWithNpm();
stopWithTerminal();
await runSteps(async () => {
  await ensureInstalled();
  await ensureBuilt();
  await ensureUiBuilt();
});
await import(pathToFileURL(join(root, 'dist', 'src', 'main.js')).href);
