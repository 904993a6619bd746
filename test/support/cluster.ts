import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedDatabase } from '../../src/persistence/embedded/index.js';

/**
 * A process that serves one throw-away cluster: writes its URL to stdout, and ends when its stdin ends. So the
 * cluster goes away with the test run, however that ends.
 */
const home = mkdtempSync(join(tmpdir(), 'ede-test-'));
chmodSync(home, 0o711); // as root the server runs as another user, who must get in
const database = await EmbeddedDatabase.start({
  dataDir: home,
  isDataDirExplicit: true,
  fsync: false,
  maxConnections: 300,
  log: (level, message) => {
    if (level === 'error') process.stderr.write(`${message}\n`);
  },
}).catch((error: unknown) => {
  rmSync(home, { recursive: true, force: true });
  throw error;
});
process.stdout.write(`${database.url}\n`);

// Interrupting the run interrupts this process too; the end of stdin tells when nobody needs the cluster any more.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdin.resume().once('close', () => {
  void database.stop().finally(() => {
    rmSync(home, { recursive: true, force: true });
    process.exit();
  });
});
