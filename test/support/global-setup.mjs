import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * Starts the one PostgreSQL cluster of a run, unless `TEST_DATABASE_URL` names a server. The workers find it by
 * `EDE_TEST_SERVER_URL`; the template is migrated by the first of them that needs a database.
 */
export default async function globalSetup() {
  process.env.EDE_TEST_RUN = randomBytes(4).toString('hex');
  process.env.EDE_TEST_SERVER_URL = process.env.TEST_DATABASE_URL || (await startCluster());
}

async function startCluster() {
  const [loader, program] = ['typescript-loader.mjs', 'cluster.ts'].map((name) =>
    fileURLToPath(new URL(name, import.meta.url)),
  );
  const child = spawn(process.execPath, ['--import', loader, program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  globalThis.edeTestCluster = child;
  const url = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('close', (code) => reject(new Error(`The test cluster did not start (code ${code})`)));
  });
  // Neither must keep Jest from ending.
  child.unref();
  child.stdin.unref();
  child.stdout.destroy();
  return url;
}
