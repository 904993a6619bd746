import { ensureUiBuilt } from './bootstrap/build-ui.mjs';
import { ensureInstalled } from './bootstrap/install.mjs';
import { runJest } from './bootstrap/jest.mjs';
import { runSteps } from './bootstrap/project.mjs';

/** `npm run test:browser [-- arguments for Jest]`: the built UI in a real browser. */
await runSteps(async () => {
  await ensureInstalled();
  await ensureUiBuilt();
  await runJest(['-c', 'jest.browser.config.mjs', ...process.argv.slice(2)]);
});
