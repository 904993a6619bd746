import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { operationsOf, type Operation } from '../../src/core/web/index.js';
import { openApiDocument } from '../../src/openapi-document.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { complete, draft } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';

/** These would end the session that the others need, or count wrong passwords. */
const LEFT_OUT = new Set([
  'logout',
  'login',
  'setUp',
  'resetPassword',
  'confirmSession',
  'changePassword',
  'uploadDocument',
]);
const WRONG = [
  null,
  0,
  -1,
  1.5,
  true,
  '',
  ' ',
  'x'.repeat(70_000),
  [],
  [null],
  [[]],
  {},
  { a: 1 },
  '2026-99-99',
  randomUUID(),
];

let app: TestApp;
let admin: TestClient;
let connectorId: string;

beforeAll(async () => {
  app = await startTestApp({ imports: [ScriptedModule] });
  admin = await app.setUp();
  connectorId = (await admin.createConnector(draft({ param_ids: complete() }))).id as string;
});
afterAll(() => app.close());

const document = await openApiDocument();
const cases = operationsOf(document).filter(({ operation }) => !LEFT_OUT.has(operation.operationId ?? ''));
const schemas = document.components?.schemas as Record<string, { properties?: Record<string, unknown> }>;

function fill(path: string): string {
  return path
    .replace('/connectors/{id}', `/connectors/${connectorId}`)
    .replace('/organizations/{id}', `/organizations/${admin.organizationId}`)
    .replace('{provider_type}', 'scripted')
    .replace('{category}', 'storage')
    .replace('{name}', 'ir.connector.get_config')
    .replace(/\{\w+\}/g, randomUUID());
}

async function expectNoFault(method: string, path: string, body?: object): Promise<void> {
  const answer = await admin.request(method, path, body);
  if (answer.status >= 500 && answer.status !== 502) {
    throw new Error(
      `${method} ${path} ${JSON.stringify(body)?.slice(0, 200)} answered ${answer.status}\n${app.log.at(-2)}`,
    );
  }
}

/** Bodies that differ from the example in one field. */
function bodiesOf(operation: Operation): object[] {
  const media = operation.requestBody?.content['application/json'];
  const name = (media?.schema as { $ref?: string } | undefined)?.$ref?.split('/').at(-1) ?? '';
  const fields = Object.keys(schemas[name]?.properties ?? {});
  return fields.flatMap((field) => WRONG.map((value) => Object.assign({}, media?.example, { [field]: value })));
}

function queriesOf({ parameters = [] }: Operation): string[] {
  const names = parameters.filter((one) => one.in === 'query').map((one) => one.name);
  return names.flatMap((name) =>
    WRONG.map((value) => `${name}=${encodeURIComponent(JSON.stringify(value)).slice(0, 5_000)}`),
  );
}

it.each(cases.map(({ method, path, operation }) => [method, path, operation] as const))(
  '%s %s refuses a value of any other kind in any field of its body and query without failing',
  async (method, path, operation) => {
    for (const body of bodiesOf(operation)) await expectNoFault(method, fill(path), body);
    for (const query of queriesOf(operation)) await expectNoFault(method, `${fill(path)}?${query}`);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  },
);
