import type { OpenAPIObject } from '@nestjs/swagger';
import { operationsOf, type MediaType } from './document-operations.js';

const JSON_TYPE = 'application/json';
/** Deeper than any of our schemas; ends a schema that refers to itself. */
const MAX_DEPTH = 8;

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly example?: unknown;
  readonly nullable?: boolean;
}

/** Gives every JSON body and answer one whole example, put together from the examples of its properties. */
export function documentExamples(document: OpenAPIObject): void {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  for (const { operation } of operationsOf(document)) {
    addExample(operation.requestBody?.content[JSON_TYPE], schemas);
    for (const response of Object.values(operation.responses)) addExample(response.content?.[JSON_TYPE], schemas);
  }
}

function addExample(media: MediaType | undefined, schemas: Readonly<Record<string, Schema>>): void {
  if (!media?.schema || media.example !== undefined || media.examples) return;
  const example = exampleOf(media.schema, schemas, 0);
  if (example !== undefined) media.example = example;
}

function exampleOf(schema: Schema, schemas: Readonly<Record<string, Schema>>, depth: number): unknown {
  if (schema.example !== undefined) return schema.example;
  if (depth > MAX_DEPTH) return undefined;
  const target = targetOf(schema, schemas);
  if (target) return exampleOf(target, schemas, depth + 1);
  if (schema.properties) return objectExample(schema.properties, schemas, depth);
  if (schema.items) return [exampleOf(schema.items, schemas, depth + 1)].filter((item) => item !== undefined);
  return scalarExample(schema);
}

/** The schema that stands for this one. */
function targetOf({ $ref, allOf, oneOf }: Schema, schemas: Readonly<Record<string, Schema>>): Schema | undefined {
  return $ref === undefined ? (allOf ?? oneOf)?.[0] : schemas[$ref.replace(/^.*\//, '')];
}

function objectExample(
  properties: Readonly<Record<string, Schema>>,
  schemas: Readonly<Record<string, Schema>>,
  depth: number,
): Record<string, unknown> {
  const entries = Object.entries(properties).map(([key, value]) => [key, exampleOf(value, schemas, depth + 1)]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<string, unknown>;
}

function scalarExample(schema: Schema): unknown {
  const given = schema.default ?? schema.enum?.[0];
  if (given !== undefined || schema.nullable) return given ?? null;
  if (schema.format === 'uuid') return '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22';
  if (schema.format === 'date-time') return '2026-11-24T09:30:00.000Z';
  return schema.type === 'object' ? {} : undefined;
}
