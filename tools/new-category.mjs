import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureInstalled } from './bootstrap/install.mjs';
import { StepError, root, runSteps } from './bootstrap/project.mjs';
import { Name, examplesIn, writeRenamed } from './generators/guide.mjs';

/** `npm run new:category <name>`: the example of docs/adding-a-category.md, renamed and activated. */
const SETTINGS = join(root, 'src', 'foundation', 'settings.ts');

await runSteps(async () => {
  await ensureInstalled();
  const category = new Name(process.argv[2], 'The category');
  const settings = await readFile(SETTINGS, 'utf8');
  if (settings.includes(`'${category.kebab}'`))
    throw new StepError(`The category ${category.snake} is active already.`);
  const files = await examplesIn('adding-a-category.md', 'src/foundation/fax/');
  const own = files.filter(([path]) => !path.includes('/connectors/'));
  const written = await writeRenamed(own, [
    ['FAX_CATEGORY', `${category.constant}_CATEGORY`],
    ['fax.', `${category.kebab}.`],
    ['fax-', `${category.kebab}-`],
    ['/fax/', `/${category.kebab}/`],
    ["'Fax'", `'${category.title}'`],
    ['Faxes', category.title],
    ['faxes', category.title.toLowerCase()],
    ['Fax', category.pascal],
    ['fax', category.snake],
  ]);
  await writeFile(SETTINGS, settings.replace("'audit'", `'${category.kebab}',\n  'audit'`));
  console.log([...written, 'src/foundation/settings.ts'].join('\n'));
});
