import { ServiceUnavailableError } from '../../core/web/index.js';
import type { ReadinessCheck } from './readiness.service.js';

/** The process cannot serve at the moment. Its checks are told to signed-in callers only. */
export class NotReadyError extends ServiceUnavailableError {
  static override readonly definition = {
    code: 'not_ready',
    kind: 'unavailable',
    title: 'The server is not ready',
  } as const;

  constructor(checks: readonly ReadinessCheck[] | null) {
    super(undefined, {
      retryAfter: 2,
      ...(checks && {
        extensions: {
          checks: checks.map(({ name, reason }) => ({ name, ok: reason === null, ...(reason !== null && { reason }) })),
        },
      }),
    });
  }
}
