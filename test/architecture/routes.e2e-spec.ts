import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ModulesContainer } from '@nestjs/core';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ACCESS_DECISION, type AccessDecision } from '../../src/core/access/index.js';
import { openApiDocument } from '../../src/openapi-document.js';
import { startTestApp, type TestApp } from '../support/app.js';

/** All that the wire contract lets anybody do, and the one-time link of `npm run admin:reset`. */
const PUBLIC = [
  'GET /api/connectors/types/{category}/{provider_type}/logo',
  'GET /api/setup',
  'GET /health/live',
  'GET /health/ready',
  'POST /api/auth/login',
  'POST /api/auth/reset',
  'POST /api/setup',
];
const ANY_ID = '01890000-0000-7000-8000-000000000000';

describe('every route', () => {
  let app: TestApp;
  let document: OpenAPIObject;
  beforeAll(async () => {
    app = await startTestApp();
    document = await openApiDocument();
  });
  afterAll(() => app.close());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((method) => ['get', 'post', 'put', 'patch', 'delete'].includes(method))
        .map((method) => ({ method: method as 'get' | 'post' | 'put' | 'patch' | 'delete', path })),
    );
  const handlers = () =>
    [...app.get(ModulesContainer).values()]
      .flatMap(({ controllers }) => [...controllers.values()])
      .flatMap(({ metatype }) => {
        const prototype = (metatype as { prototype: object }).prototype;
        return Object.getOwnPropertyNames(prototype)
          .map((name) => Object.getOwnPropertyDescriptor(prototype, name)?.value as object)
          .filter((handler) => typeof handler === 'function' && Reflect.hasMetadata(METHOD_METADATA, handler));
      });

  it('carries one access decision, and is described', () => {
    const decisions = handlers().map(
      (handler) => Reflect.getMetadata(ACCESS_DECISION, handler) as AccessDecision | undefined,
    );
    expect(decisions.length).toBeGreaterThan(20);
    expect(decisions).not.toContain(undefined);
    expect(operations()).toHaveLength(decisions.length);
  });

  it('refuses who has not signed in, unless it is on the list of public ones', async () => {
    const open: string[] = [];
    for (const { method, path } of operations()) {
      const { status, body } = await app.anonymous()[method](path.replace(/\{[^}]+\}/g, ANY_ID));
      if (status === 401 && body.code === 'unauthenticated') continue;
      open.push(`${method.toUpperCase()} ${path}`);
    }
    expect(open.sort()).toEqual(PUBLIC);
  });

  it('is called for what it does: unique ids, fit for a generated client', () => {
    const ids = Object.values(document.paths)
      .flatMap((item) => Object.values(item) as { operationId?: string }[])
      .map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/);
  });
});
