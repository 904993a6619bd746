import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { ensureBuilt, Fleet, type ServerProcess } from './server-process.js';

jest.setTimeout(120_000); // a server is built and started

/** Of about 170 characters each, several times what a pipe holds. */
const LINES = 4_000;

let database: TestDatabase;
let fleet: Fleet;
let server: ServerProcess;

beforeAll(async () => {
  ensureBuilt();
  database = await createEmptyDatabase();
  fleet = new Fleet(database.url, { EDE_LOG_LEVEL: 'info' });
  server = await fleet.start();
});
afterAll(async () => {
  await fleet.close();
  await database.drop();
});

/** One request line in the log each. */
const ask = async (times: number): Promise<number[]> => {
  const statuses = new Set<number>();
  for (let asked = 0; asked < times; asked += 20) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${server.url}/api/connectors`)));
    for (const answer of answers) {
      statuses.add(answer.status);
      await answer.arrayBuffer();
    }
  }
  return [...statuses];
};

const logged = (): number => server.output.split('"msg":"request"').length - 1;

it('a log that nobody reads holds up no request, and is whole once it is read', async () => {
  server.stopReading();
  expect(await ask(LINES)).toEqual([401]);
  expect(logged()).toBe(0);
  server.readOn();
  while (logged() < LINES) await sleep(20);
});

it('does not hold up the end either', async () => {
  server.stopReading();
  expect(await ask(LINES)).toEqual([401]);
  expect(await server.terminate()).toBe(0);
});
