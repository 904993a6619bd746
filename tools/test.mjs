import { join } from 'node:path';
import { runNode } from './bootstrap/child.mjs';
import { ensureInstalled } from './bootstrap/install.mjs';
import { root, runSteps } from './bootstrap/project.mjs';

/** `npm test [-- arguments for Jest]`. */
await runSteps(async () => {
  await ensureInstalled();
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const nodeOptions = [process.env.NODE_OPTIONS, '--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  process.exitCode = await runNode([jest, ...process.argv.slice(2)], {
    env: { ...process.env, NODE_OPTIONS: nodeOptions.filter(Boolean).join(' ') },
  });
});
