import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { DatabaseUnavailableError, TooManyRequestsError } from '../../src/core/errors/index.js';
import { dataSourceOptions } from '../../src/persistence/data-source-options.js';
import { TransactionRunner } from '../../src/persistence/index.js';
import { type TestDatabase, createEmptyDatabase } from '../support/database.js';

class Happened {
  readonly name = 'test.happened';
  constructor(readonly value: string) {}
}

describe('TransactionRunner', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let emitter: EventEmitter2;
  let runner: TransactionRunner;
  let heard: string[];

  beforeAll(async () => {
    database = await createEmptyDatabase();
    dataSource = await new DataSource(dataSourceOptions({ url: database.url })).initialize();
    await dataSource.query('CREATE TABLE item (id int PRIMARY KEY, value text NOT NULL)');
    await dataSource.query('CREATE TABLE ir_connector (id int PRIMARY KEY, grp int NOT NULL)');
    await dataSource.query('CREATE UNIQUE INDEX ir_connector_one_default ON ir_connector (grp)');
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  beforeEach(async () => {
    emitter = new EventEmitter2();
    runner = new TransactionRunner(dataSource, emitter);
    heard = [];
    emitter.on('test.happened', (event: Happened) => heard.push(event.value));
    await dataSource.query(`INSERT INTO item SELECT n, 'old' FROM generate_series(1, 3) n`);
  });

  afterEach(async () => {
    await dataSource.query('TRUNCATE item, ir_connector');
  });

  const values = async (): Promise<string[]> => {
    const rows: { value: string }[] = await dataSource.query('SELECT value FROM item ORDER BY id');
    return rows.map((row) => row.value);
  };

  it('commits, then delivers the events, with the change visible to their listeners', async () => {
    const seen = new Promise<string[]>((resolve) => emitter.on('test.happened', () => void values().then(resolve)));

    const result = await runner.run(async ({ query, emit }) => {
      await query('UPDATE item SET value = $1 WHERE id = 1', ['new']);
      emit(new Happened('a'));
      emit(new Happened('b'));
      expect(heard).toEqual([]);
      return 'done';
    });

    expect(result).toBe('done');
    expect(heard).toEqual(['a', 'b']);
    expect(await seen).toEqual(['new', 'old', 'old']);
  });

  it('hands out rows, also of writing statements', async () => {
    const rows = await runner.run(async ({ query }) => [
      await query('UPDATE item SET value = $1 WHERE id < 3 RETURNING id', ['new']),
      await query('DELETE FROM item WHERE id = 3 RETURNING value'),
      await query('UPDATE item SET value = $1', ['newer']),
    ]);

    expect(rows).toEqual([[{ id: 1 }, { id: 2 }], [{ value: 'old' }], []]);
  });

  it('rolls back and drops the events when the work throws', async () => {
    const work = runner.run(async ({ manager, emit }) => {
      await manager.query(`UPDATE item SET value = 'new'`);
      emit(new Happened('a'));
      throw new TypeError('refused');
    });

    await expect(work).rejects.toThrow(TypeError);
    expect(await values()).toEqual(['old', 'old', 'old']);
    expect(heard).toEqual([]);
  });

  it('does not report success when the work swallowed the failure of a statement', async () => {
    const work = runner.run(async ({ query, emit }) => {
      await query(`UPDATE item SET value = 'new'`);
      await query('SELECT * FROM missing').catch(() => undefined);
      emit(new Happened('a'));
    });

    await expect(work).rejects.toThrow('current transaction is aborted');
    expect(await values()).toEqual(['old', 'old', 'old']);
    expect(heard).toEqual([]);
  });

  it.each([
    [
      'throws',
      (): void => {
        throw new Error('listener');
      },
    ],
    ['rejects', (): Promise<void> => Promise.reject(new Error('listener'))],
  ])('does not fail when a listener %s', async (_how, listener) => {
    emitter.on('test.happened', listener);

    await runner.run(({ query, emit }) => {
      emit(new Happened('a'));
      return query(`UPDATE item SET value = 'new' WHERE id = 1`);
    });

    expect(await values()).toEqual(['new', 'old', 'old']);
  });

  it('repeats the one of two transactions that a deadlock ended', async () => {
    let attempts = 0;
    let arrived = 0;
    let open = (): void => undefined;
    const bothHoldOne = new Promise<void>((resolve) => (open = resolve));
    const crosswise = (first: number, second: number): Promise<void> =>
      runner.run(async ({ query, emit }) => {
        attempts += 1;
        await query(`UPDATE item SET value = value || '+' WHERE id = $1`, [first]);
        if (++arrived === 2) open();
        await bothHoldOne;
        await query(`UPDATE item SET value = value || '+' WHERE id = $1`, [second]);
        emit(new Happened(String(first)));
      });

    await Promise.all([crosswise(1, 2), crosswise(2, 1)]);

    expect(attempts).toBe(3);
    expect(await values()).toEqual(['old++', 'old++', 'old']);
    expect(heard.sort()).toEqual(['1', '2']);
  });

  it('repeats after a violation of the default index, and of no other', async () => {
    await dataSource.query('INSERT INTO ir_connector VALUES (1, 7)');
    let attempts = 0;

    await runner.run(async ({ query }) => {
      attempts += 1;
      await query('INSERT INTO ir_connector VALUES (2, $1)', [attempts === 1 ? 7 : 8]);
    });
    const duplicateId = runner.run(async ({ query }) => {
      attempts += 1;
      await query('INSERT INTO ir_connector VALUES (2, 9)');
    });

    await expect(duplicateId).rejects.toMatchObject({ driverError: { code: '23505' } });
    expect(attempts).toBe(3);
  });

  it('waits for a lock as long as it is told, and gives up after three repetitions', async () => {
    const holder = new Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('BEGIN; SELECT pg_advisory_xact_lock(1)');
    let attempts = 0;
    const timeouts: unknown[] = [];

    const work = runner.run(
      async ({ query }) => {
        attempts += 1;
        timeouts.push(
          ...(await query(`SELECT current_setting('lock_timeout') l, current_setting('statement_timeout') s`)),
        );
        await query('SELECT pg_advisory_xact_lock(1)');
      },
      { lockTimeoutMs: 50 },
    );

    await expect(work).rejects.toBeInstanceOf(TooManyRequestsError);
    expect(attempts).toBe(4);
    expect(timeouts[0]).toEqual({ l: '50ms', s: '10050ms' });
    await holder.end();
    const after = await dataSource.query(`SELECT current_setting('lock_timeout') l`);
    expect(after).toEqual([{ l: '3s' }]);
  });

  it.each([
    ['between two statements', 'SELECT 1'],
    ['during a statement', 'SELECT pg_sleep(30)'],
  ])('reports a session that is ended %s as a database that is away, and the next one works', async (_when, sql) => {
    const work = runner.run(async ({ query, emit }) => {
      await query(`UPDATE item SET value = 'new'`);
      emit(new Happened('a'));
      const [self] = await query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const sleeping = sql.includes('sleep') ? query(sql) : null;
      sleeping?.catch(() => undefined);
      await dataSource.query('SELECT pg_terminate_backend($1, 5000)', [self?.pid]);
      await (sleeping ?? query(sql));
    });

    await expect(work).rejects.toBeInstanceOf(DatabaseUnavailableError);
    expect(heard).toEqual([]);
    expect(await values()).toEqual(['old', 'old', 'old']);
    await expect(runner.run(({ query }) => query('SELECT 1 AS one'))).resolves.toEqual([{ one: 1 }]);
  });

  it('reports a pool without a free connection as a database that is away', async () => {
    const open: (() => void)[] = [];
    const held = Array.from({ length: 10 }, () => runner.run(() => new Promise<void>((resolve) => open.push(resolve))));
    while (open.length < 10) await new Promise((resolve) => setTimeout(resolve, 5));

    await expect(runner.run(() => Promise.resolve())).rejects.toBeInstanceOf(DatabaseUnavailableError);

    open.forEach((release) => release());
    await Promise.all(held);
  });

  it('survives that every idle session is ended', async () => {
    await Promise.all(Array.from({ length: 5 }, () => runner.run(({ query }) => query('SELECT pg_sleep(0.01)'))));
    const admin = new Client({ connectionString: database.url });
    await admin.connect();
    const { rowCount } = await admin.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'ede-connectors' AND datname = current_database()`,
    );
    await admin.end();

    expect(rowCount).toBeGreaterThan(0);
    await expect(dataSource.query('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });
});
