import type { FastifyRequest } from 'fastify';
import type { PublicOrigin } from './public-origin.js';
import { CsrfRefusedError } from './web.errors.js';

export interface CsrfOptions {
  /** Cookies that sign a browser in. */
  readonly sessionCookies: readonly string[];
  /** Routes checked also without such a cookie: those that make a session. */
  readonly routes: readonly string[];
  /** Hears of each refusal before it is answered. */
  readonly onRefused?: (request: FastifyRequest) => Promise<void>;
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
/** `none` is a request that the user made himself, e.g. from the address bar. */
const OWN_SITES: ReadonlySet<string> = new Set(['same-origin', 'none']);

/**
 * Refuses a changing request that a foreign page made a browser send. Requests without any browser header pass: they
 * come from a client that carries no cookies unasked.
 * @throws CsrfRefusedError, and what `onRefused` throws.
 */
export async function checkCsrf(request: FastifyRequest, options: CsrfOptions, origin: PublicOrigin): Promise<void> {
  if (SAFE_METHODS.has(request.method) || !isProtected(request, options) || isOwn(request, origin)) return;
  await options.onRefused?.(request);
  throw new CsrfRefusedError();
}

function isOwn(request: FastifyRequest, origin: PublicOrigin): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return OWN_SITES.has(site);
  const sender = request.headers.origin;
  return sender === undefined || sender === origin.of(request);
}

function isProtected(request: FastifyRequest, { sessionCookies, routes }: CsrfOptions): boolean {
  if (routes.includes(request.routeOptions.url ?? '')) return true;
  const names = (request.headers.cookie ?? '').split(';').map((pair) => pair.split('=', 1)[0]?.trim() ?? '');
  return sessionCookies.some((cookie) => names.includes(cookie));
}
