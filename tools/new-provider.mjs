import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled } from './bootstrap/install.mjs';
import { StepError, root, runSteps } from './bootstrap/project.mjs';
import { Name, examplesIn, writeRenamed } from './generators/guide.mjs';

/** `npm run new:provider <category> <type>`: the example of docs/adding-a-provider.md, renamed. */
const EXAMPLES = {
  storage: { key: 'http_store', title: 'HTTP store' },
  email: { key: 'http_mail', title: 'HTTP mail' },
  messaging: { key: 'http_chat', title: 'HTTP chat' },
};

await runSteps(async () => {
  await ensureInstalled();
  const category = new Name(process.argv[2], 'The category');
  const provider = new Name(process.argv[3], 'The provider type');
  if (!existsSync(join(root, 'src', 'foundation', category.kebab, 'contracts', 'index.ts')))
    throw new StepError(
      `There is no category ${category.snake}. Write it with: npm run new:category ${category.snake}`,
    );
  const written = await (EXAMPLES[category.snake]
    ? fromExample(category, provider, EXAMPLES[category.snake])
    : ofOwnCategory(category, provider));
  console.log(written.join('\n'));
});

async function fromExample(category, provider, { key, title }) {
  const example = new Name(key, 'The example');
  const folder = `src/foundation/${category.kebab}/connectors/${example.kebab}/`;
  const files = await examplesIn('adding-a-provider.md', folder);
  return writeRenamed(files, renames(example, provider, title));
}

/** A category made from docs/adding-a-category.md has the example's contract under its own name. */
async function ofOwnCategory(category, provider) {
  const example = new Name('fax_gateway', 'The example');
  const files = await examplesIn('adding-a-category.md', 'src/foundation/fax/connectors/');
  return writeRenamed(files, [
    ...renames(example, provider, 'Fax gateway'),
    ['/fax/', `/${category.kebab}/`],
    ["'fax'", `'${category.snake}'`],
    ['Fax', category.pascal],
  ]);
}

function renames(from, to, title) {
  return [
    [title, to.title],
    [from.pascal, to.pascal],
    [from.kebab, to.kebab],
    [from.snake, to.snake],
  ];
}
