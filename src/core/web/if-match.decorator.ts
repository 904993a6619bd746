import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { InvalidInputError, StaleVersionError } from '../errors/index.js';
import { ApiErrors } from './api-errors.decorator.js';
import { decorateMethod } from './decorate-method.js';

/** A version that no record has: a well-formed tag that we never gave out. */
const NO_VERSION = -1;

const IfMatchHeader = createParamDecorator((_data: unknown, context: ExecutionContext): number | null =>
  readIfMatch(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
);

/**
 * The version that the caller demands by `If-Match`, or `null` when he demands none (no header, or `*`).
 * A tag that is not one of ours is a version that never matches. Two tags or a malformed header are answered 400.
 */
export function IfMatch(): ParameterDecorator {
  return (target, key, index) => {
    IfMatchHeader()(target, key, index);
    decorateMethod(
      target,
      key,
      ApiHeader({
        name: 'If-Match',
        required: false,
        description: 'Refuses the change with 412 unless the record still has this version.',
        example: '"3"',
      }),
    );
    decorateMethod(target, key, ApiErrors(StaleVersionError));
  };
}

/** @throws InvalidInputError when the header is not one entity tag. */
export function readIfMatch(header: string | undefined): number | null {
  const text = header?.trim();
  if (text === undefined || text === '*') return null;
  const tag = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/.exec(text);
  if (!tag) {
    throw new InvalidInputError([
      { pointer: 'If-Match', code: 'invalid_header', message: 'Must be one entity tag, such as "3", or *' },
    ]);
  }
  const isOurs = tag[1] === undefined && /^[1-9]\d{0,14}$/.test(tag[2] ?? '');
  return isOurs ? Number(tag[2]) : NO_VERSION;
}
