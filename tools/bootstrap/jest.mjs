import { join } from 'node:path';
import { runNode } from './child.mjs';
import { root } from './project.mjs';

/** Runs Jest in this project; the process ends with its code. */
export async function runJest(args) {
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const nodeOptions = [process.env.NODE_OPTIONS, '--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  process.exitCode = await runNode([jest, ...args], {
    env: { ...process.env, NODE_OPTIONS: nodeOptions.filter(Boolean).join(' ') },
  });
}
