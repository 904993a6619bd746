import { createApp } from './app.factory.js';
import { loadSettings, type Settings } from './core/config/index.js';
import { parseAllowEntry } from './core/egress/index.js';
import { createLogger, LogOutput } from './core/logging/index.js';
import { ServerProcess } from './server-process.js';
import { startFailureLine } from './start-failure.js';

/** The entry of `npm start`: reads the settings, starts everything, and ends with the process's signals. */
async function main(): Promise<void> {
  const settings = readSettings();
  const output = new LogOutput(process.stdout);
  const logger = createLogger(settings.logLevel, output);
  output.whenDropped((lines) => logger.warn({ lines }, 'Lines of the log were dropped: its reader did not keep up'));
  try {
    const server = new ServerProcess(logger, output);
    server.handleSignals();
    await server.start(() => createApp(settings, logger), settings);
  } catch (error) {
    logger.debug({ err: error }, 'The start failed');
    fail(startFailureLine(error, settings));
  }
}

function readSettings(): Settings {
  try {
    return loadSettings(process.env, process.cwd(), { egressAllowEntry: parseAllowEntry });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function fail(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

await main();
