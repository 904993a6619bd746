import { createApp } from './app.factory.js';
import { loadSettings, Settings } from './core/config/index.js';
import { createLogger } from './core/logging/index.js';
import { resetAnnouncement, ResetLinks } from './foundation/auth/index.js';
import { withCommandDatabase } from './persistence/index.js';

/**
 * `npm run admin:reset -- <email>`: prints a one-time link for a new password, and leaves an audit row. Works beside a
 * running server or without one.
 * @returns what to print. @throws Error whose message is for the console.
 */
export async function adminReset(email: string | undefined, env: NodeJS.ProcessEnv): Promise<string> {
  if (!email) throw new Error('Usage: npm run admin:reset -- <email>');
  const settings = loadSettings(env);
  return withCommandDatabase(settings, async (url) => {
    // Made and never started: only its services are used.
    const app = await createApp(new Settings({ ...settings, databaseUrl: url }), createLogger('silent'));
    try {
      const origin = settings.publicUrl ?? `http://localhost:${settings.port}`;
      return resetAnnouncement(origin, await app.get(ResetLinks, { strict: false }).issue(email));
    } finally {
      await app.close();
    }
  });
}
