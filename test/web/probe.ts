import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { Body, Controller, Get, HttpCode, Module, Param, Post, Query, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import type { FastifyReply } from 'fastify';
import { setUpApp } from '../../src/app.setup.js';
import { loadSettings } from '../../src/core/config/index.js';
import { DomainError, RecordNotFoundError, type ErrorDefinition } from '../../src/core/errors/index.js';
import { createLogger, NestLogger } from '../../src/core/logging/index.js';
import {
  ApiErrors,
  BodyLimit,
  HttpAdapter,
  IfMatch,
  MEBIBYTE,
  OptionalField,
  PageQuery,
  QueryBoolean,
  ServerState,
  UuidParam,
  Versioned,
} from '../../src/core/web/index.js';

class Entry {
  @IsString()
  @MaxLength(8)
  key!: string;
}

class ProbeBody {
  @IsString()
  @MaxLength(20)
  name!: string;

  @OptionalField()
  @IsInt()
  count?: number;

  @OptionalField()
  @IsBoolean()
  flag?: boolean;

  @OptionalField()
  @IsArray()
  @ArrayMaxSize(3)
  @ValidateNested({ each: true })
  @Type(() => Entry)
  param_ids?: Entry[];

  @OptionalField()
  @IsObject()
  json?: Record<string, unknown>;
}

class ProbeQuery extends PageQuery {
  @OptionalField()
  @QueryBoolean()
  @IsBoolean()
  is_enabled?: boolean;

  @OptionalField()
  @IsString()
  q?: string;
}

class UsedError extends DomainError {
  static override readonly definition: ErrorDefinition = { code: 'probe_used', kind: 'conflict', title: 'It is used' };
}

/** Routes that show what the HTTP layer does to any route. */
@Controller('probe')
class ProbeController {
  @Post('body')
  @HttpCode(200)
  body(@Body() body: ProbeBody): ProbeBody {
    return body;
  }

  @Post('large')
  @HttpCode(200)
  @BodyLimit(2 * MEBIBYTE)
  large(@Body() body: ProbeBody): { size: number } {
    return { size: JSON.stringify(body).length };
  }

  @Post('empty')
  @HttpCode(204)
  empty(): void {}

  @Get('list')
  list(@Query() query: ProbeQuery): ProbeQuery {
    return query;
  }

  @Get('items/:id')
  @Versioned()
  @ApiErrors(RecordNotFoundError)
  item(@UuidParam('id') id: string): { id: string; version: number } {
    return { id, version: 7 };
  }

  @Post('items/:id/version')
  @HttpCode(200)
  version(@UuidParam('id') _id: string, @IfMatch() version: number | null): { version: number | null } {
    return { version };
  }

  @Get('named/:name')
  named(@Param('name') name: string): { name: string } {
    return { name };
  }

  @Get('fail/unexpected')
  unexpected(): never {
    throw new Error('password=hunter2 in SELECT * FROM secrets');
  }

  @Get('fail/used')
  used(): never {
    throw new UsedError(undefined, { extensions: { uses: [{ kind: 'documents', count: 2 }] }, retryAfter: 3 });
  }

  @Get('fail/late')
  late(@Res() reply: FastifyReply): void {
    const body = new PassThrough();
    void reply.header('etag', '"1"').send(body);
    body.write('half of ');
    setImmediate(() => body.destroy(new Error('broken')));
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

export interface Probe {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly port: number;
  /** Every line of the log so far. */
  readonly log: string[];
  readonly state: ServerState;
  close(): Promise<void>;
}

/** The HTTP layer as the application sets it up, around a controller that needs no database. */
export async function startProbe(env: Record<string, string> = {}): Promise<Probe> {
  const settings = loadSettings({ PORT: '0', EDE_DATA_DIR: `/nowhere/${randomUUID()}`, ...env });
  const log: string[] = [];
  const logger = createLogger('info', { write: (line: string) => void log.push(line) });
  const state = new ServerState();
  const adapter = new HttpAdapter({
    settings,
    logger,
    state,
    docsPath: '/api/docs',
    csrf: { sessionCookies: ['ede_session'], routes: ['/api/probe/empty'] },
  });
  const app = await NestFactory.create<NestFastifyApplication>(ProbeModule, adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  setUpApp(app, adapter, settings);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  return { app, port, url: `http://127.0.0.1:${port}`, log, state, close: () => app.close() };
}
