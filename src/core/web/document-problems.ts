import type { OpenAPIObject } from '@nestjs/swagger';
import { DatabaseUnavailableError, InvalidInputError, type ErrorDefinition } from '../errors/index.js';
import { ERROR_EXTENSION } from './api-errors.decorator.js';
import { operationsOf, type Operation } from './document-operations.js';
import { problemExample, PROBLEM_MEDIA_TYPE } from './problem-document.js';
import type { ProblemResponse } from './problem.response.js';
import { STATUS_BY_KIND } from './status-table.js';
import { VERSIONED_EXTENSION } from './versioned.decorator.js';
import { BodyTooLargeError, CsrfRefusedError, UnsupportedMediaTypeError } from './web.errors.js';

const SCHEMA = { $ref: '#/components/schemas/ProblemResponse' };
const REQUEST_ID_HEADER = { $ref: '#/components/headers/RequestId' };

interface ProblemExample {
  readonly summary: string;
  readonly value: ProblemResponse;
}

/**
 * Writes into an OpenAPI document what the decorators only note: the problem answers of each operation (those declared
 * by `ApiErrors` and those that its shape implies), the `ETag` of versioned answers, the request id of every answer.
 */
export function documentProblems(document: OpenAPIObject): void {
  document.components = {
    ...document.components,
    headers: {
      ...document.components?.headers,
      RequestId: {
        description: 'Made by the server; name it when you report a problem.',
        schema: { type: 'string', format: 'uuid' },
      },
      ETag: { description: "The record's version, for `If-Match`.", schema: { type: 'string', example: '"3"' } },
    },
  };
  const examples: Record<string, ProblemExample> = {};
  for (const { path, method, operation } of operationsOf(document)) {
    const definitions = [...impliedBy(path, method, operation), ...declaredOn(operation)];
    for (const definition of definitions) examples[definition.code] = exampleOf(definition);
    addVersionHeader(operation);
    addProblems(operation, definitions);
    for (const response of Object.values(operation.responses)) {
      response.headers = { ...response.headers, 'x-request-id': REQUEST_ID_HEADER };
    }
  }
  // Once for the document, not once for each of some hundred answers.
  document.components.examples = { ...document.components.examples, ...sortedByKey(examples) };
}

function declaredOn(operation: Operation): ErrorDefinition[] {
  const keys = Object.keys(operation).filter((key): key is `x-${string}` => key.startsWith(ERROR_EXTENSION));
  const declared = keys.map((key) => operation[key] as ErrorDefinition);
  for (const key of keys) Reflect.deleteProperty(operation, key);
  return declared.sort((a, b) => a.code.localeCompare(b.code));
}

/** What any route of this shape can answer. */
function impliedBy(path: string, method: string, operation: Operation): ErrorDefinition[] {
  const isChange = method !== 'get';
  const hasBody = operation.requestBody !== undefined;
  const hasInput = hasBody || (operation.parameters ?? []).length > 0;
  return [
    ...(hasInput ? [InvalidInputError.definition] : []),
    ...(isChange ? [CsrfRefusedError.definition] : []),
    ...(hasBody ? [BodyTooLargeError.definition, UnsupportedMediaTypeError.definition] : []),
    ...(path.startsWith('/api/') ? [DatabaseUnavailableError.definition] : []),
  ];
}

function addProblems(operation: Operation, definitions: readonly ErrorDefinition[]): void {
  const byCode = new Map(definitions.map((definition) => [definition.code, definition]));
  const byStatus = new Map<string, ErrorDefinition[]>();
  for (const definition of byCode.values()) {
    const status = String(STATUS_BY_KIND[definition.kind]);
    byStatus.set(status, [...(byStatus.get(status) ?? []), definition]);
  }
  for (const [status, group] of [...byStatus].sort(([a], [b]) => a.localeCompare(b))) {
    operation.responses[status] = {
      description: group.map(({ code, title }) => `\`${code}\`: ${title}`).join('. '),
      content: { [PROBLEM_MEDIA_TYPE]: { schema: SCHEMA, examples: Object.fromEntries(group.map(exampleReference)) } },
    };
  }
}

function exampleReference({ code }: ErrorDefinition): [string, { $ref: string }] {
  return [code, { $ref: `#/components/examples/${code}` }];
}

function exampleOf(definition: ErrorDefinition): ProblemExample {
  return { summary: definition.title, value: problemExample(definition) };
}

function sortedByKey<Value>(values: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => a.localeCompare(b)));
}

function addVersionHeader(operation: Operation): void {
  if (operation[VERSIONED_EXTENSION] === true) {
    for (const [status, response] of Object.entries(operation.responses)) {
      if (status.startsWith('2'))
        response.headers = { ...response.headers, ETag: { $ref: '#/components/headers/ETag' } };
    }
  }
  Reflect.deleteProperty(operation, VERSIONED_EXTENSION);
}
