import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { DataSource } from 'typeorm';
import { DatabaseUnavailableError } from '../../src/core/errors/index.js';
import { dataSourceOptions, isDatabaseUnavailable, TransactionRunner } from '../../src/persistence/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.js';
import { FaultProxy } from '../support/peers/fault-proxy.js';

const SILENCE_LIMIT_MS = 1_000;
const SILENT = 'SELECT pg_sleep(2)';
/** Goes on for longer than the limit, with a sign of life every quarter of it. */
const LONG = `SELECT pg_sleep(0.25), repeat('x', 20000) FROM generate_series(1, 8)`;

/** As many as the pool has connections. */
const POOL = 10;

describe('a database host that vanishes without a word', () => {
  let database: TestDatabase;
  let proxy: FaultProxy;
  let app: TestApp;
  let admin: TestClient;
  beforeAll(async () => {
    database = await createTestDatabase();
    proxy = await FaultProxy.start(Number(new URL(database.url).port));
    const url = new URL(database.url);
    url.hostname = '127.0.0.1';
    url.port = String(proxy.port);
    app = await startTestApp({ database: { ...database, url: url.href } });
    admin = await app.setUp();
  });
  afterAll(async () => {
    await app.close();
    await proxy.stop();
    await database.drop();
  });

  const readAtOnce = async (): Promise<number[]> => {
    const answers = await Promise.all(Array.from({ length: POOL }, () => admin.get('/api/connectors')));
    return answers.map(({ status }) => status);
  };

  it('costs those who wait for it a 503, and nobody a connection once it is back', async () => {
    expect(await readAtOnce()).toEqual(Array(POOL).fill(200));

    proxy.fault = { kind: 'blackHole' };
    expect(await readAtOnce()).toEqual(Array(POOL).fill(503));
    expect(proxy.struck).toBeGreaterThanOrEqual(POOL);

    proxy.fault = { kind: 'none' };
    expect(await readAtOnce()).toEqual(Array(POOL).fill(200));
  });
});

describe('a statement that hears nothing for longer than the limit', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let runner: TransactionRunner;
  beforeAll(async () => {
    database = await createEmptyDatabase();
    const options = dataSourceOptions({ url: database.url });
    const extra = { ...(options.extra as object), silenceLimitMs: SILENCE_LIMIT_MS };
    dataSource = await new DataSource({ ...options, poolSize: 1, extra }).initialize();
    runner = new TransactionRunner(dataSource, new EventEmitter2());
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const backend = async (): Promise<number> => {
    const [row] = await dataSource.query<[{ pid: number }]>('SELECT pg_backend_pid() AS pid');
    return row.pid;
  };

  it('ends with its connection, in a transaction and outside of one', async () => {
    const first = await backend();
    expect(isDatabaseUnavailable(await dataSource.query(SILENT).catch((error: unknown) => error))).toBe(true);
    const second = await backend();
    await expect(runner.run(({ query }) => query(SILENT))).rejects.toBeInstanceOf(DatabaseUnavailableError);
    expect(new Set([first, second, await backend()]).size).toBe(3);
  });

  it('goes on in a transaction that may wait for longer, and only there', async () => {
    const before = await backend();
    await runner.run(({ query }) => query(SILENT), { lockTimeoutMs: 5_000 });
    expect(await backend()).toBe(before);
    await expect(dataSource.query(SILENT)).rejects.toThrow('did not answer in time');
  });

  it('goes on while its answer comes', async () => {
    expect(await dataSource.query(LONG)).toHaveLength(8);
  });

  it('is not told from an idle connection by the silence alone', async () => {
    const before = await backend();
    await sleep(2 * SILENCE_LIMIT_MS);
    expect(await backend()).toBe(before);
  });
});
