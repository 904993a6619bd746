import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './bootstrap/build.mjs';
import { ensureInstalled } from './bootstrap/install.mjs';
import { root, runSteps, StepError } from './bootstrap/project.mjs';

/** `npm run keys -- status | verify | rotate-data [<organization id>] | rotate-master`: beside a running server or without one. */
await runSteps(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const { runKeysCommand } = await import(pathToFileURL(join(root, 'dist', 'src', 'keys-command.js')).href);
  const print = (line) => process.stdout.write(`${line}\n`);
  const isGood = await runKeysCommand(process.argv.slice(2), process.env, print).catch((error) => {
    throw new StepError(error.message);
  });
  if (!isGood) process.exitCode = 1;
});
