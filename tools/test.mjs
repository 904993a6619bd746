import { ensureInstalled } from './bootstrap/install.mjs';
import { runJest } from './bootstrap/jest.mjs';
import { runSteps } from './bootstrap/project.mjs';

/** `npm test [-- arguments for Jest]`. */
await runSteps(async () => {
  await ensureInstalled();
  await runJest(process.argv.slice(2));
});
