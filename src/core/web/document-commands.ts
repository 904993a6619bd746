import type { OpenAPIObject } from '@nestjs/swagger';
import { InvalidIdError } from '../errors/index.js';
import { ERROR_EXTENSION } from './api-errors.decorator.js';
import { COMMAND_EXTENSION, DISPATCH_EXTENSION } from './command-route.decorator.js';
import { operationsOf, type MediaType, type Operation } from './document-operations.js';

const JSON_TYPE = 'application/json';
const OK = '200';
/** A command names its record in the body. */
const OF_THE_PATH = `${ERROR_EXTENSION}${InvalidIdError.definition.code}`;

/**
 * Gives the operation that dispatches commands their names, and the answers and refusals of their routes. Comes before
 * `documentProblems`, which writes the refusals out.
 */
export function documentCommands(document: OpenAPIObject): void {
  const operations = operationsOf(document).map(({ operation }) => operation);
  const routes = operations.filter((operation) => operation[COMMAND_EXTENSION] !== undefined);
  for (const dispatch of operations.filter((operation) => operation[DISPATCH_EXTENSION] === true)) {
    nameCommands(dispatch, routes);
    addRefusals(dispatch, routes);
    addAnswers(dispatch, routes);
    Reflect.deleteProperty(dispatch, DISPATCH_EXTENSION);
  }
  for (const route of routes) Reflect.deleteProperty(route, COMMAND_EXTENSION);
}

function nameCommands(dispatch: Operation, routes: readonly Operation[]): void {
  const parameter = dispatch.parameters?.find(({ name }) => name === 'name');
  if (!parameter) throw new Error('An operation that dispatches commands needs the parameter name');
  parameter.schema = { ...parameter.schema, enum: routes.map((route) => route[COMMAND_EXTENSION]).sort() };
}

function addRefusals(dispatch: Operation, routes: readonly Operation[]): void {
  for (const [name, definition] of routes.flatMap((route) => Object.entries(route))) {
    if (name.startsWith(ERROR_EXTENSION) && name !== OF_THE_PATH) dispatch[name as `x-${string}`] ??= definition;
  }
}

/** Routes with the same answer share one schema. */
function addAnswers(dispatch: Operation, routes: readonly Operation[]): void {
  const answer: MediaType | undefined = dispatch.responses[OK]?.content?.[JSON_TYPE];
  if (!answer) throw new Error('An operation that dispatches commands needs a JSON answer');
  const schemas = routes.map((route) => JSON.stringify(route.responses[OK]?.content?.[JSON_TYPE]?.schema));
  answer.schema = { oneOf: [...new Set(schemas)].map((schema) => JSON.parse(schema) as unknown) };
}
