import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { OpenAPIObject } from '@nestjs/swagger';
import { operationsOf, type Operation } from '../../src/core/web/index.js';
import { openApiDocument } from '../../src/openapi-document.js';

const committed = fileURLToPath(new URL('../../openapi.json', import.meta.url));

let document: OpenAPIObject;
let operations: { path: string; method: string; operation: Operation }[];

beforeAll(async () => {
  document = await openApiDocument();
  operations = operationsOf(document);
});

/** Names of the operations for which the condition does not hold. */
const failing = (holds: (entry: (typeof operations)[number]) => boolean) =>
  operations.filter((entry) => !holds(entry)).map(({ method, path }) => `${method} ${path}`);

const isCamelCase = (text: string | undefined) => /^[a-z][a-zA-Z0-9]+$/.test(text ?? '');
const hasText = (text: string | undefined) => (text ?? '').trim() !== '';

it('is committed as it is generated; `npm run openapi` writes it', () => {
  expect(JSON.parse(readFileSync(committed, 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)));
});

describe('every operation', () => {
  it('is listed: the document is not empty', () => {
    expect(operations.length).toBeGreaterThan(40);
  });

  it('has an id of its own that a generated client can use', () => {
    expect(failing(({ operation }) => isCamelCase(operation.operationId))).toEqual([]);
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  });

  it('has a summary, a description and a tag', () => {
    expect(failing(({ operation }) => hasText(operation.summary))).toEqual([]);
    expect(failing(({ operation }) => hasText(operation.description))).toEqual([]);
    expect(failing(({ operation }) => Array.isArray(operation['tags' as 'x-tags']))).toEqual([]);
  });

  it('shows a success, with an example when it has a JSON body', () => {
    const successes = (operation: Operation) =>
      Object.entries(operation.responses).filter(([status]) => /^2/.test(status));
    expect(failing(({ operation }) => successes(operation).length > 0)).toEqual([]);
    const isShown = ([status, { content }]: [string, Operation['responses'][string]]) =>
      status === '204' ||
      (content !== undefined && (!content['application/json'] || content['application/json'].example !== undefined));
    expect(failing(({ operation }) => successes(operation).every(isShown))).toEqual([]);
  });

  it('shows an example of its JSON body, with every required field', () => {
    const schemas = document.components?.schemas as Record<string, { required?: string[] }>;
    const isWhole = (operation: Operation) => {
      const media = operation.requestBody?.content['application/json'];
      if (!media) return true;
      const name = (media.schema as { $ref?: string }).$ref?.split('/').at(-1) ?? '';
      const required = schemas[name]?.required ?? [];
      return required.every((field) => Object.keys(media.example ?? {}).includes(field));
    };
    expect(failing(({ operation }) => isWhole(operation))).toEqual([]);
  });

  it('answers 401 and 403 when it needs a caller, and 404 when its path has an id', () => {
    const has = (operation: Operation, status: string) => operation.responses[status] !== undefined;
    const isOpen = ({ operation }: { operation: Operation }) => operation.security === undefined;
    expect(failing((entry) => isOpen(entry) || (has(entry.operation, '401') && has(entry.operation, '403')))).toEqual(
      [],
    );
    expect(failing(({ path, operation }) => !/\{(\w+_)?id\}/.test(path) || has(operation, '404'))).toEqual([]);
  });

  it('gives each problem as a problem document with an example that exists', () => {
    const examples = document.components?.examples as Record<string, { value: { status: number; code: string } }>;
    const isProblem = ([status, { content }]: [string, Operation['responses'][string]]) => {
      const shown = content?.['application/problem+json']?.examples ?? {};
      const codes = Object.keys(shown);
      return (
        codes.length > 0 &&
        codes.every((code) => examples[code]?.value.status === Number(status) && examples[code]?.value.code === code)
      );
    };
    const problems = (operation: Operation) =>
      Object.entries(operation.responses).filter(([status]) => /^[45]/.test(status));
    expect(failing(({ operation }) => problems(operation).every(isProblem))).toEqual([]);
  });
});

it('publishes no notes of ours', () => {
  expect(JSON.stringify(document)).not.toContain('x-ede');
});

it('lets only setup, sign-in, health and logos be called by anybody', () => {
  const open = operations
    .filter(({ operation }) => operation.security === undefined)
    .map(({ operation }) => operation.operationId);
  expect(open.sort()).toEqual([
    'getConnectorTypeLogo',
    'getLiveness',
    'getReadiness',
    'getSetup',
    'login',
    'resetPassword',
    'setUp',
  ]);
});

it('names the role that an operation needs', () => {
  const needing = (role: string) =>
    operations
      .filter(({ operation }) => operation['x-required-role'] === role)
      .map(({ operation }) => operation.operationId);
  expect(needing('instance_admin').sort()).toEqual([
    'addEgressEntry',
    'checkEgress',
    'createOrganization',
    'createUser',
    'endUserSessions',
    'getEgress',
    'getKeyRotation',
    'getKeys',
    'getMetrics',
    'getUser',
    'listKeyRotations',
    'listUsers',
    'removeEgressEntry',
    'requestKeyRotation',
    'updateUser',
    'withdrawKeyRotation',
  ]);
  expect(needing('admin')).toEqual(expect.arrayContaining(['createConnector', 'updateOrganization', 'putMember']));
});

it('names the ETag of every answer that is one connector', () => {
  const versioned = operations.filter(({ operation }) =>
    Object.values(operation.responses).some((response) => response.headers?.['ETag'] !== undefined),
  );
  expect(versioned.map(({ operation }) => operation.operationId)).toEqual(
    expect.arrayContaining([
      'createConnector',
      'getConnector',
      'updateConnector',
      'patchConnector',
      'activateConnector',
      'deactivateConnector',
    ]),
  );
});
