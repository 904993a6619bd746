import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { AppModule, type Extension } from './app.module.js';
import { DOCS_PATH, setUpApp } from './app.setup.js';
import type { Settings } from './core/config/index.js';
import { NestLogger, type Logger } from './core/logging/index.js';
import { HttpAdapter, ServerState } from './core/web/index.js';
import { DenialAudit, SESSION_COOKIES } from './foundation/auth/index.js';

/** Routes that make a session: a foreign page must not sign anybody in either. */
const SESSION_MAKING_ROUTES = ['/api/auth/login', '/api/auth/reset', '/api/setup'];

/**
 * Builds the application as it is served, and as the tests drive it; it does not listen yet. Starts and migrates the
 * database.
 * @param extensions further modules, e.g. with providers of another package.
 */
export async function createApp(
  settings: Settings,
  logger: Logger,
  extensions: readonly Extension[] = [],
): Promise<NestFastifyApplication> {
  const state = new ServerState();
  const csrf = {
    sessionCookies: SESSION_COOKIES,
    routes: SESSION_MAKING_ROUTES,
    onRefused: (request: FastifyRequest) => app.get(DenialAudit, { strict: false }).recordForeignPage(request),
  };
  const adapter = new HttpAdapter({ settings, logger, state, docsPath: DOCS_PATH, csrf });
  const app: NestFastifyApplication = await NestFactory.create<NestFastifyApplication>(
    await AppModule.with(settings, state, extensions),
    adapter,
    {
      logger: new NestLogger(logger),
      bodyParser: false,
      abortOnError: false,
    },
  );
  setUpApp(app, adapter, settings);
  return app;
}
