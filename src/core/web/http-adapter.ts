import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { v7 } from 'uuid';
import type { Settings } from '../config/index.js';
import { logRequest, type Logger } from '../logging/index.js';
import { MEBIBYTE } from './body-limit.decorator.js';
import { answerBrokenRequest, answerUnroutable } from './broken-request.js';
import { checkCsrf, type CsrfOptions } from './csrf.js';
import { parseJsonBody } from './json-body.js';
import { PublicOrigin } from './public-origin.js';
import { checkRequestTarget } from './request-target.js';
import { RouteTable } from './route-table.js';
import { docsHeaders, securityHeaders } from './security-headers.js';
import type { ServerState } from './server-state.js';
import { isUtf8 } from './text-check.js';
import { UnsupportedMediaTypeError } from './web.errors.js';

const BODY_LIMIT = MEBIBYTE;
/** A connection on which nothing moves for so long is closed. */
const IDLE_CONNECTION_MS = 120_000;
const MAX_PATH_PARAM = 512;

export interface HttpOptions {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly csrf: CsrfOptions;
  /** Path of the Swagger UI, which needs a looser content policy. */
  readonly docsPath: string;
  readonly state: ServerState;
}

/** The HTTP side of the application before Nest: limits, request ids, raw checks, security headers. */
export class HttpAdapter extends FastifyAdapter {
  readonly routes = new RouteTable();

  constructor(options: HttpOptions) {
    super({
      logger: false,
      trustProxy: options.settings.trustedProxies.length > 0 ? [...options.settings.trustedProxies] : false,
      bodyLimit: BODY_LIMIT,
      requestIdHeader: false,
      genReqId: () => v7(),
      connectionTimeout: IDLE_CONNECTION_MS,
      // While draining, requests on open connections are still served; they are told to close instead.
      return503OnClosing: false,
      clientErrorHandler: answerBrokenRequest,
      frameworkErrors: answerUnroutable,
      routerOptions: { maxParamLength: MAX_PATH_PARAM },
    });
    const server = this.getInstance<FastifyInstance>();
    server.addHook('onRoute', (route) => this.addRoute(route, options.docsPath));
    useBodyParsers(server);
    void server.register(cookie);
    void server.register(helmet, securityHeaders(options.settings));
    void server.register(multipart, multipartLimits(options.settings));
    // After the plugins, so that refusals carry the security headers too.
    void server.after(() => useRequestHooks(server, options));
  }

  private addRoute(route: RouteOptions, docsPath: string): void {
    const config = route.config as { bodyLimit?: number } | undefined;
    if (config?.bodyLimit !== undefined) route.bodyLimit = config.bodyLimit;
    if (`${route.url}/`.startsWith(`${docsPath}/`))
      route.config = Object.assign({}, route.config, { helmet: docsHeaders() });
    this.routes.add(route.url, [route.method].flat());
  }
}

function useBodyParsers(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    try {
      if (!isUtf8(request.headers['content-type'])) throw new UnsupportedMediaTypeError();
      done(null, parseJsonBody(body));
    } catch (error) {
      done(error as Error, undefined);
    }
  });
}

function useRequestHooks(server: FastifyInstance, options: HttpOptions): void {
  const origin = new PublicOrigin(options.settings);
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    checkRequestTarget(request.raw.url ?? '/');
    await checkCsrf(request, options.csrf, origin);
  });
  server.addHook('onSend', (request, reply, _payload, done) => {
    if (options.state.isStopping) reply.header('connection', 'close');
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    logRequest(options.logger, request, reply);
    done();
  });
}

/** Uploads are streams: parts other than the file are few and small, and come before it. */
function multipartLimits(settings: Settings) {
  return {
    limits: {
      fieldNameSize: 100,
      fieldSize: 4096,
      fields: 10,
      fileSize: settings.maxUpload + 1,
      files: 1,
      headerPairs: 20,
      parts: 11,
    },
  };
}
