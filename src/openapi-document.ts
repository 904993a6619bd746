import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AppModule } from './app.module.js';
import { prefixRoutes } from './app.setup.js';
import { Settings } from './core/config/index.js';
import { ServerState } from './core/web/index.js';
import { buildOpenApi } from './openapi.js';

/** The document without a running application: nothing is instantiated, so no database and no key is needed. */
export async function openApiDocument(): Promise<OpenAPIObject> {
  const module = await AppModule.with(new Settings(), new ServerState());
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  prefixRoutes(app);
  return buildOpenApi(app);
}
