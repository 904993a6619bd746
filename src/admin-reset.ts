import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { loadSettings } from './core/config/index.js';
import { issueResetToken, resetAnnouncement } from './foundation/auth/index.js';
import { dataSourceOptions, withCommandDatabase } from './persistence/index.js';

/**
 * `npm run admin:reset -- <email>`: prints a one-time link for a new password. Works beside a running server.
 * @returns what to print. @throws Error whose message is for the console.
 */
export async function adminReset(email: string | undefined, env: NodeJS.ProcessEnv): Promise<string> {
  Logger.overrideLogger(['error', 'fatal']);
  if (!email) throw new Error('Usage: npm run admin:reset -- <email>');
  const settings = loadSettings(env);
  return withCommandDatabase(settings, async (url) => {
    const dataSource = await new DataSource(dataSourceOptions({ url })).initialize();
    try {
      const origin = settings.publicUrl ?? `http://localhost:${settings.port}`;
      return resetAnnouncement(origin, await issueResetToken(dataSource, email));
    } finally {
      await dataSource.destroy();
    }
  });
}
