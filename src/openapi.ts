import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { documentCommands, documentExamples, documentProblems, ProblemResponse } from './core/web/index.js';

const SESSION_COOKIE = 'ede_session_insecure';

/** The description of every route, as committed in `openapi.json`. */
export function buildOpenApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('EDE Connectors')
    .setDescription(
      'Connect storage, email and messaging services to an organization. Errors are `application/problem+json` with a stable `code`.',
    )
    .setVersion('1')
    .addCookieAuth(SESSION_COOKIE, {
      type: 'apiKey',
      in: 'cookie',
      name: SESSION_COOKIE,
      description: 'A browser session. On https the cookie is called `__Host-ede_session`.',
    })
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'opaque', description: 'An API token.' })
    .build();
  const document = SwaggerModule.createDocument(app, config, { extraModels: [ProblemResponse] });
  documentCommands(document);
  documentProblems(document);
  documentExamples(document);
  return document;
}

/** Serves the document and Swagger UI, both without sign-in. */
export function serveOpenApi(app: INestApplication, path: string): void {
  SwaggerModule.setup(path, app, () => buildOpenApi(app), { jsonDocumentUrl: 'api/openapi.json', raw: ['json'] });
}
