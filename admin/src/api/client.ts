import createClient from 'openapi-fetch';
import { ServerAwayError, failureOf } from './problem';
import type { components, paths } from './schema';
import { sessionWatch } from './session-watch';

export type Schemas = components['schemas'];

/** Calls whose 401 is about the given password, not about the session. */
const PASSWORD_ROUTES = /\/api\/(auth\/(login|confirm|password|reset|logout)|setup)$/;

/** The typed client. Prefer {@link answer} around each call: it throws what went wrong. */
export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: fetchWithSession });

async function fetchWithSession(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await reach(request);
  if (response.status !== 401 || !sessionWatch.isActive || PASSWORD_ROUTES.test(new URL(request.url).pathname))
    return response;
  await sessionWatch.restored();
  return reach(again);
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new ServerAwayError(error);
  }
}

interface Settled<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** @returns the body. @throws ApiError for a problem document, ServerAwayError when there is none. */
export async function answer<T>(call: Promise<Settled<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok)
    throw failureOf({ status: response.status, retryAfter: response.headers.get('retry-after') }, error);
  return data as T;
}
