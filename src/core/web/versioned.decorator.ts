import {
  applyDecorators,
  Injectable,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';

/** Operation extension by which `openapi.ts` adds the `ETag` header to the answer; it is not published. */
export const VERSIONED_EXTENSION = 'x-ede-versioned';

@Injectable()
class VersionInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answer: unknown) => {
        const version = (answer as { version?: unknown } | null | undefined)?.version;
        if (typeof version === 'number') reply.header('etag', `"${version}"`);
        return answer;
      }),
    );
  }
}

/** Sets `ETag: "<version>"` from the `version` of the handler's answer. */
export function Versioned(): MethodDecorator & ClassDecorator {
  return applyDecorators(UseInterceptors(VersionInterceptor), ApiExtension(VERSIONED_EXTENSION, true));
}
