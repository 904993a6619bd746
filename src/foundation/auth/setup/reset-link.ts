import type { DataSource } from 'typeorm';
import { SetupTokenStore } from './setup-token.store.js';

/** Why there is no link. The message is for the console. */
export class ResetLinkError extends Error {}

/**
 * Makes a one-time token by which a user sets a new password.
 * @throws ResetLinkError when there is no such user, he is disabled, or the server has never started.
 */
export async function issueResetToken(dataSource: DataSource, email: string): Promise<string> {
  const [schema] = await dataSource.query<{ isThere: boolean }[]>(
    `SELECT to_regclass('auth_setup_token') IS NOT NULL AS "isThere"`,
  );
  if (!schema?.isThere) throw new ResetLinkError('The database is empty: run npm start first');
  const [user] = await dataSource.query<{ id: string; isActive: boolean }[]>(
    'SELECT id, is_active AS "isActive" FROM res_user WHERE lower(email) = lower($1)',
    [email],
  );
  if (!user) throw new ResetLinkError(`There is no user with the address ${email}`);
  if (!user.isActive) throw new ResetLinkError(`The user ${email} is disabled; another instance admin can enable him`);
  return new SetupTokenStore(dataSource).issue(user.id);
}
