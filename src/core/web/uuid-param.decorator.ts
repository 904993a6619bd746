import { Injectable, Param, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { InvalidIdError } from '../errors/index.js';
import { ApiErrors } from './api-errors.decorator.js';
import { decorateMethod } from './decorate-method.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text is written as a UUID, of any version. */
export function isUuid(text: unknown): text is string {
  return typeof text === 'string' && UUID.test(text);
}

@Injectable()
class UuidPipe implements PipeTransform<unknown, string> {
  transform(value: unknown, metadata: ArgumentMetadata): string {
    if (!isUuid(value)) {
      const pointer = metadata.data ?? 'id';
      throw new InvalidIdError(undefined, {
        issues: [{ pointer, code: 'invalid_id', message: 'Must be a UUID' }],
      });
    }
    return value.toLowerCase();
  }
}

/**
 * A path parameter that is a UUID, handed on in lower case. Any well-formed UUID passes; it is the service's part to
 * find nothing under it. Anything else is answered 400 `invalid_id`.
 */
export function UuidParam(name: string): ParameterDecorator {
  return (target, key, index) => {
    Param(name, new UuidPipe())(target, key, index);
    const example = '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22';
    decorateMethod(target, key, ApiParam({ name, schema: { type: 'string', format: 'uuid' }, example }));
    decorateMethod(target, key, ApiErrors(InvalidIdError));
  };
}
