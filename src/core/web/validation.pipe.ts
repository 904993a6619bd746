import { ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { InvalidInputError } from '../errors/index.js';
import { issuesOf } from './validation-issues.js';

/**
 * Holds bodies and queries to their DTO classes: unknown fields are refused, nothing is converted silently, and a
 * missing body counts as an empty object. @throws InvalidInputError with a pointer for each offending place.
 */
export class StrictValidationPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      transform: true,
      transformOptions: { enableImplicitConversion: false },
      validationError: { target: false, value: true },
      exceptionFactory: (errors) => new InvalidInputError(issuesOf(errors)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'query') return this.transformQuery(value, metadata);
    const isChecked = metadata.type === 'body' && metadata.metatype !== undefined && this.toValidate(metadata);
    const subject = isChecked ? bodyObject(value) : value;
    return super.transform(subject, metadata) as Promise<unknown>;
  }

  private async transformQuery(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    try {
      return await (super.transform(value, metadata) as Promise<unknown>);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      throw new InvalidInputError(
        error.issues.map((issue) => ({ ...issue, pointer: issue.pointer.replace(/^\//, '') })),
      );
    }
  }
}

function bodyObject(value: unknown): object {
  const body = value === undefined ? {} : value;
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw new InvalidInputError([{ pointer: '', code: 'invalid_type', message: 'The body must be a JSON object' }]);
}
