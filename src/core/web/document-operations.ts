import type { OpenAPIObject } from '@nestjs/swagger';

export interface MediaType {
  schema?: unknown;
  example?: unknown;
  examples?: Record<string, { $ref: string } | { summary?: string; value: unknown }>;
}

export interface OperationResponse {
  description: string;
  headers?: Record<string, unknown>;
  content?: Record<string, MediaType>;
}

/** The parts of an OpenAPI operation that we read and write. */
export interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string; schema?: object }[];
  requestBody?: { content: Record<string, MediaType> };
  responses: Record<string, OperationResponse>;
  [extension: `x-${string}`]: unknown;
}

const METHODS: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete', 'patch']);

/** Every operation of a document, in the order of the document. */
export function operationsOf(document: OpenAPIObject): { path: string; method: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.has(method))
      .map(([method, operation]) => ({ path, method, operation: operation as Operation })),
  );
}
