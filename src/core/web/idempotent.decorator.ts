import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { ApiErrors } from './api-errors.decorator.js';
import {
  IdempotencyAnswerLostError,
  IdempotencyInFlightError,
  IdempotencyMismatchError,
} from './idempotency.errors.js';

export const IDEMPOTENT_METADATA = 'ede:idempotent';

export interface IdempotentOptions {
  /** The handler calls the idempotency service itself, because its body is a stream; only the documentation is added. */
  readonly isManual?: boolean;
}

/** Marks a POST that creates: it honours `Idempotency-Key`. */
export function Idempotent(options: IdempotentOptions = {}): MethodDecorator {
  return applyDecorators(
    SetMetadata(IDEMPOTENT_METADATA, options.isManual !== true),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Repeating the request with the same key and body within 24 hours gives the first answer again; if the server broke before it could keep that, 409 `idempotency_answer_lost`, never a second run. 1 to 255 visible ASCII characters.',
      example: '5f0c1b7e-create-drive',
    }),
    ApiErrors(IdempotencyMismatchError, IdempotencyInFlightError, IdempotencyAnswerLostError),
  );
}
