import { randomBytes } from 'node:crypto';
import { HttpStatus } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptsHtml, preferredEncoding } from '../../../core/web/index.js';
import { pagePolicy } from './page-policy.js';
import type { UiBuild } from './ui-build.js';
import type { UiFile } from './ui-file.js';

const HTML = 'text/html; charset=utf-8';
const NONCE_BYTES = 16;
/** Below these a path is not a page, whoever asks. */
const NO_PAGES = /^\/(?:api|health|metrics|assets)(?:\/|$)/;

const NOT_BUILT = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>EDE Connectors</title></head>
  <body>
    <h1>The admin UI is not built here</h1>
    <p>Run <code>npm run build</code> in the project's folder and start the server again. The API works without it.</p>
  </body>
</html>
`;

/** Answers GET and HEAD of the UI's paths. */
export class UiAnswerer {
  /** @param build `null` when the UI is not built: then pages say so. */
  constructor(private readonly build: UiBuild | null) {}

  /** @returns `false` when the path is none of the UI's; then nothing was sent. */
  answer(request: FastifyRequest, reply: FastifyReply): boolean {
    const path = pathOf(request);
    const file = this.build?.file(path) ?? null;
    if (file) sendFile(file, request, reply);
    else if (!this.isPage(path, request)) return false;
    else this.sendPage(reply);
    return true;
  }

  /** The root is a page for whoever asks, other paths for browsers: a missing script must not look like one. */
  private isPage(path: string, request: FastifyRequest): boolean {
    if (NO_PAGES.test(path)) return false;
    return acceptsHtml(request) || (path === '/' && this.build !== null);
  }

  private sendPage(reply: FastifyReply): void {
    reply.type(HTML).header('cache-control', 'no-store');
    if (!this.build) {
      reply.code(HttpStatus.NOT_FOUND).send(NOT_BUILT);
      return;
    }
    const nonce = randomBytes(NONCE_BYTES).toString('base64');
    reply.header('content-security-policy', pagePolicy(nonce)).send(this.build.shell(nonce));
  }
}

/** Without the query, decoded as the router does it. */
function pathOf({ url }: FastifyRequest): string {
  return decodeURIComponent(url.split('?', 1)[0] ?? '');
}

function sendFile(file: UiFile, request: FastifyRequest, reply: FastifyReply): void {
  const compression = preferredEncoding(request, file.compressions);
  const { bytes, etag } = file.body(compression);
  reply.headers({ 'cache-control': file.cacheControl, etag });
  if (file.compressions.length > 0) reply.header('vary', 'accept-encoding');
  if (isKnown(request.headers['if-none-match'], etag)) {
    reply.code(HttpStatus.NOT_MODIFIED).send();
    return;
  }
  if (compression !== null) reply.header('content-encoding', compression);
  reply.type(file.contentType).send(bytes);
}

/** A proxy on the way may have made the tag a weak one; that is the same content to us. */
function isKnown(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}
