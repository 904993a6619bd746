import type { Extension } from '../../src/app.module.js';
import { startTestApp, type TestApp } from './app.js';
import type { TestClient } from './client.js';
import { createTestDatabase } from './database.js';

export interface RestartOptions {
  /** Environment of the earlier run, and of the one after the restart. */
  readonly before?: Readonly<Record<string, string>>;
  readonly after?: Readonly<Record<string, string>>;
  readonly imports?: readonly Extension[];
  /** What is done in the earlier run, by its first admin. */
  readonly prepare?: (admin: TestClient, app: TestApp) => Promise<void>;
}

export interface Restarted {
  readonly app: TestApp;
  /** The first admin, signed in again. */
  readonly admin: TestClient;
  close(): Promise<void>;
}

/** An application on the database of an earlier one, which was set up and has ended. */
export async function startRestarted(options: RestartOptions = {}): Promise<Restarted> {
  const { before = {}, after = {}, imports = [] } = options;
  const database = await createTestDatabase();
  const first = await startTestApp({ database, env: before, imports });
  const earlier = await first.setUp();
  await options.prepare?.(earlier, first);
  await first.close();
  const app = await startTestApp({ database, env: after, imports });
  const admin = app.anonymous();
  await admin.logIn(earlier.identity.email, earlier.identity.password);
  const close = async () => {
    await app.close();
    await database.drop();
  };
  return { app, admin, close };
}
