import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './bootstrap/build.mjs';
import { ensureInstalled } from './bootstrap/install.mjs';
import { root, runSteps, StepError } from './bootstrap/project.mjs';

/** `npm run audit -- verify`: checks that no event of the audit trail was changed, removed or added. */
await runSteps(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const { auditCommand } = await import(pathToFileURL(join(root, 'dist', 'src', 'audit-command.js')).href);
  const { text, status } = await auditCommand(process.argv.slice(2), process.env).catch((error) => {
    throw new StepError(error.message);
  });
  process.stdout.write(`${text}\n`);
  process.exitCode = status;
});
