import { EmbeddedDatabase } from '../../src/persistence/embedded/index.js';

/** A process that holds an embedded database in the folder of its argument until it is told to stop. */
const [dataDir = ''] = process.argv.slice(2);
try {
  const database = await EmbeddedDatabase.start({
    dataDir,
    isDataDirExplicit: true,
    fsync: false,
    log: () => undefined,
  });
  process.on('SIGTERM', () => void database.stop().then(() => process.exit(0)));
  process.stdout.write(`${database.url}\n`);
  setInterval(() => undefined, 1_000);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
