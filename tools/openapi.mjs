import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './bootstrap/build.mjs';
import { ensureInstalled } from './bootstrap/install.mjs';
import { StepError, root, runSteps, say } from './bootstrap/project.mjs';

const file = join(root, 'openapi.json');

/** `npm run openapi`: writes `openapi.json` from the sources. `npm run openapi -- --check` only compares. */
await runSteps(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const { openApiDocument } = await import(pathToFileURL(join(root, 'dist', 'src', 'openapi-document.js')).href);
  const text = `${JSON.stringify(await openApiDocument(), null, 2)}\n`;
  const isCurrent = existsSync(file) && readFileSync(file, 'utf8') === text;
  if (process.argv.includes('--check')) {
    if (!isCurrent)
      throw new StepError('openapi.json is not what the sources say: run `npm run openapi` and commit it.');
    say('openapi.json is current');
    return;
  }
  if (!isCurrent) writeFileSync(file, text);
  say(isCurrent ? 'openapi.json was current' : 'openapi.json is written');
});
