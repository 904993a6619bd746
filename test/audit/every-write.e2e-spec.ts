import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { operationsOf } from '../../src/core/web/index.js';
import { openApiDocument } from '../../src/openapi-document.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer, TestClient } from '../support/client.js';
import { deliveryPolicy } from '../support/delivery.js';
import { ScriptedSenders } from '../support/scripted-senders.js';
import { ANY_ID, WRITES } from './writes.js';

/** Written with POST because they take a body; they change nothing. */
const CHANGES_NOTHING = ['checkEgress'];

let app: TestApp;
let admin: TestClient;
let user: TestClient;
let document: OpenAPIObject;
let eventsOfSetUp: readonly Event[];

beforeAll(async () => {
  document = await openApiDocument();
  app = await startTestApp({
    env: { EDE_SMTP_URL: 'smtp://127.0.0.1:9' },
    imports: [deliveryPolicy(), ScriptedSenders],
  });
  admin = await app.setUp();
  eventsOfSetUp = await app.get(DataSource).query('SELECT action, result FROM audit_event');
  user = await app.signIn('Acme');
});
afterAll(() => app.close());

interface Event {
  readonly action: string;
  readonly result: string;
}

/** What other work does meanwhile, an earlier delivery that fails say, has events of its own. */
const eventsOf = ({ headers }: Answer): Promise<Event[]> =>
  app
    .get(DataSource)
    .query('SELECT action, result FROM audit_event WHERE request_id = $1 ORDER BY seq', [headers['x-request-id']]);
const writes = (): string[] =>
  operationsOf(document)
    .filter(({ method }) => method !== 'get')
    .map(({ operation }) => String(operation.operationId));

it('every write of the API is tried here', () => {
  expect(['setUp', ...Object.keys(WRITES)].sort()).toEqual(
    writes()
      .filter((id) => !CHANGES_NOTHING.includes(id))
      .sort(),
  );
});

describe('every write leaves an event', () => {
  it.each(Object.keys(WRITES))('%s', async (operationId) => {
    const write = await WRITES[operationId]?.({ app, admin, user });
    const answer = await write?.();
    assert(answer);
    expect(answer.status).toBeLessThan(300);
    const events = await eventsOf(answer);
    expect(events.length).toBeGreaterThan(0);
    expect(events[0]).toMatchObject({ result: 'success' });
  });

  it('setUp', () => {
    expect(eventsOfSetUp.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['user.created', 'organization.created', 'auth.set_up']),
    );
  });
});

describe('every refused write leaves an event', () => {
  it('by a member, and on records of others', async () => {
    const callers = { member: await app.signIn('Acme', 'member'), stranger: await app.signIn('Globex') };
    const silent: string[] = [];
    let refused = 0;
    for (const [name, client] of Object.entries(callers)) {
      for (const { path: template, method, operation } of operationsOf(document)) {
        const id = String(operation.operationId);
        if (method === 'get' || ['logout', 'endOtherSessions'].includes(id)) continue;
        const target = template.replace('{name}', 'ir.connector.activate').replace(/\{[^}]+\}/g, ANY_ID);
        const answer = await client.request(method, target, method === 'delete' ? undefined : bodyOf(id));
        if (![403, 404].includes(answer.status)) continue;
        refused += 1;
        const events = await eventsOf(answer);
        if (!events.some(({ result }) => result === 'denied')) silent.push(`${name}: ${id} answered ${answer.status}`);
      }
    }
    expect(silent).toEqual([]);
    expect(refused).toBeGreaterThan(40);
  });

  const bodyOf = (id: string): object => (id === 'dispatchCommand' ? { record_id: ANY_ID } : (BODIES[id] ?? {}));
  const BODIES: Readonly<Record<string, object>> = {
    updateConnector: { name: 'X' },
    patchConnector: { name: 'X' },
    importConnectorConfig: { json_data: {} },
    putMember: { role: 'member' },
    chooseOrganization: { organization_id: ANY_ID },
    updateOrganization: { name: 'X' },
  };
});
