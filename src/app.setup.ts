import type { INestApplication } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Settings } from './core/config/index.js';
import { DatabaseUnavailableError } from './core/errors/index.js';
import { ProblemFilter, StrictValidationPipe, type ErrorClassifier, type HttpAdapter } from './core/web/index.js';
import { serveOpenApi } from './openapi.js';
import { isContention, isDatabaseUnavailable } from './persistence/index.js';

export const DOCS_PATH = '/api/docs';

/** For operators and their load balancers, who know nothing of the API. */
const OUTSIDE_API = ['health/live', 'health/ready', 'metrics'];

/** Also a statement outside of `TransactionRunner` that waited in vain for a lock: nothing repeats it there. */
const whenDatabaseIsAway: ErrorClassifier = (error) =>
  isDatabaseUnavailable(error) || isContention(error) ? new DatabaseUnavailableError({ cause: error }) : null;

/** Gives an application its prefix, validation, problem answers and documentation. */
export function setUpApp(app: NestFastifyApplication, adapter: HttpAdapter, settings: Settings): void {
  prefixRoutes(app);
  app.useGlobalPipes(new StrictValidationPipe());
  app.useGlobalFilters(new ProblemFilter(adapter.routes, [whenDatabaseIsAway]));
  if (settings.hasPublicDocs) serveOpenApi(app, DOCS_PATH);
}

export function prefixRoutes(app: INestApplication): void {
  app.setGlobalPrefix('api', { exclude: OUTSIDE_API });
}
