import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { v7 } from 'uuid';
import { InvalidInputError } from '../errors/index.js';
import { domainErrorOfFramework } from './foreign-errors.js';
import { PROBLEM_MEDIA_TYPE, problemOf } from './problem-document.js';

const TEXT_BY_CODE: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'The headers are too large',
  ERR_HTTP_REQUEST_TIMEOUT: 'The request came too slowly',
};

/** Answers what is not HTTP enough to become a request: it reaches neither router nor filter. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOf(new InvalidInputError([], TEXT_BY_CODE[error.code ?? '']), v7());
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${problem.instance}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Answers a path that the router cannot read; it reaches neither hooks nor the filter. */
export function answerUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(domainErrorOfFramework(error) ?? new InvalidInputError([]), request.id);
  reply
    .code(problem.status)
    .headers({ 'x-request-id': request.id, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    .type(PROBLEM_MEDIA_TYPE)
    .send(JSON.stringify(problem));
}
