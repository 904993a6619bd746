/**
 * `npm run trust [-- --only <name>] [--weakened <cut>|all] [--short] [--seed <n>] [--json] [--list]`: attacks the built
 * server and prints one line for each promise. Exit status 0 only when every line passes; with `--weakened all` only when
 * every cut makes its line fail.
 */
import '../test/support/typescript-loader.mjs';
import setUp from '../test/support/global-setup.mjs';
import tearDown from '../test/support/global-teardown.mjs';

const { readOptions, runTrust } = await import('./runner/cli.ts');
const options = readOptions(process.argv.slice(2));
await setUp();
try {
  process.exitCode = await runTrust(options);
} finally {
  await tearDown();
}
process.exit(); // whatever a line that failed has left running
