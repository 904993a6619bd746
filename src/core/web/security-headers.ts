import type { FastifyHelmetOptions } from '@fastify/helmet';
import type { Settings } from '../config/index.js';

/** Answers of the API are data: nothing in them may be run, framed or loaded. */
const API_POLICY = { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] };

/** Swagger UI runs its own files and sets styles inline. */
const DOCS_POLICY = {
  'default-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
};

const ONE_YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Security headers of every answer. HSTS only where the public origin is https. */
export function securityHeaders(settings: Settings): FastifyHelmetOptions {
  const isHttps = settings.publicUrl?.startsWith('https:') ?? false;
  return {
    contentSecurityPolicy: { useDefaults: false, directives: API_POLICY },
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
    strictTransportSecurity: isHttps && { maxAge: ONE_YEAR_SECONDS, includeSubDomains: false },
  };
}

/** The policy of the Swagger UI. */
export function docsHeaders(): FastifyHelmetOptions {
  return { contentSecurityPolicy: { useDefaults: false, directives: DOCS_POLICY } };
}
