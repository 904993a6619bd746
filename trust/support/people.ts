import type { Send, ServerProcess } from '../../test/processes/server-process.js';

export const PASSWORD = 'a long enough password of the harness';

export interface Membership {
  readonly organization_id: string;
  readonly role: 'admin' | 'member';
}

/** How a request says who sends it. */
export type Credentials = Readonly<Record<string, string>>;

/** @throws when the answer is not 2xx. */
export async function must<Body = Record<string, unknown>>(
  send: Send,
  method: string,
  path: string,
  body?: object,
): Promise<Body> {
  const answer = await send<Body>(method, path, body);
  if (answer.status >= 300)
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Creates a user who can sign in. @returns his id. */
export async function createUser(send: Send, email: string, memberships: readonly Membership[]): Promise<string> {
  const user = { email, name: email, password: PASSWORD, memberships };
  return (await must<{ id: string }>(send, 'POST', '/api/users', user)).id;
}

/** Signs a user in. */
export async function signIn(server: ServerProcess, email: string): Promise<{ send: Send; credentials: Credentials }> {
  const { send, cookie } = await server.signIn({ email, password: PASSWORD });
  return { send, credentials: { cookie } };
}

/** Makes an API token of the session's user. */
export async function createToken(send: Send, organizationId: string, scopes: readonly string[]): Promise<Credentials> {
  const draft = { name: 'Harness', organization_id: organizationId, scopes };
  const { token } = await must<{ token: string }>(send, 'POST', '/api/auth/tokens', draft);
  return { authorization: `Bearer ${token}` };
}
