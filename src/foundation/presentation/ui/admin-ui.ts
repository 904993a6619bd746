import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { HttpAdapter } from '../../../core/web/index.js';
import { UiAnswerer } from './ui-answerer.js';
import { UiBuild } from './ui-build.js';

const READ_METHODS = ['GET', 'HEAD'];

/**
 * Serves the admin UI where no route answers. It is no route itself, so it needs no access decision: all that it can
 * answer are the files of a build, which are the same for everybody.
 */
@Injectable()
export class AdminUi implements OnModuleInit {
  private folder = builtFolder();

  constructor(private readonly host: HttpAdapterHost<HttpAdapter>) {}

  /** Serves another build than this project's own; for the constructor of a module of an embedding application. */
  serveFrom(folder: string): void {
    this.folder = folder;
  }

  onModuleInit(): void {
    const build = UiBuild.read(this.folder);
    const answerer = new UiAnswerer(build);
    const { httpAdapter } = this.host;
    for (const path of build ? ['/', ...build.paths] : []) httpAdapter.routes.add(path, READ_METHODS);
    httpAdapter.getInstance<FastifyInstance>().addHook('onRequest', (request, reply, done) => {
      const isOurs = request.is404 && READ_METHODS.includes(request.method);
      if (!isOurs || !answerer.answer(request, reply)) done();
    });
  }
}

/** `admin/dist` of the project that this file belongs to, be it source or compiled. */
function builtFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return join(folder, 'admin', 'dist');
}
