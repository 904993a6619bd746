/**
 * `npm run trust`: attacks the built server and prints one line for each promise. Exit status 0 only when every line
 * passes; with `--weakened all` only when every cut makes its line fail; 2 when it was asked for what there is not.
 */
import '../test/support/typescript-loader.mjs';
import setUp from '../test/support/global-setup.mjs';
import tearDown from '../test/support/global-teardown.mjs';

const { readOptions, USAGE, UsageError } = await import('./runner/options.ts');
const { runTrust } = await import('./runner/cli.ts');
try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n${USAGE}\n`);
  process.exitCode = 2;
}
process.exit(); // whatever a line that failed has left running

async function run(args) {
  const options = readOptions(args);
  if (options.isHelp) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  await setUp();
  try {
    return await runTrust(options);
  } finally {
    await tearDown();
  }
}
