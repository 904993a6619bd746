import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { Settings, SettingsModule } from '../../src/core/config/index.js';
import { Egress, EgressBlockedError, EgressModule } from '../../src/core/egress/index.js';
import { loadMigrations } from '../../src/persistence/migration-files.js';
import { PersistenceModule, TransactionRunner } from '../../src/persistence/index.js';
import { query } from '../support/query.js';
import { EmbeddedHome, eventually } from './embedded-home.js';

class App {}

describe('PersistenceModule', () => {
  let home: EmbeddedHome;
  let log: string[];

  beforeEach(() => {
    home = new EmbeddedHome();
    log = [];
  });

  afterEach(async () => home.remove());

  const boot = (settings: Partial<Settings>): Promise<INestApplicationContext> => {
    const keep = (message: unknown): void => void log.push(String(message));
    const logger: LoggerService = { log: keep, error: keep, warn: keep };
    const kernel = [SettingsModule.with(new Settings(settings)), EventEmitterModule.forRoot(), EgressModule];
    const imports = [...kernel, PersistenceModule];
    return NestFactory.createApplicationContext({ module: App, imports }, { logger, abortOnError: false });
  };

  it('starts its own database, migrates it, and stops it without a word of complaint', async () => {
    const app = await boot({ dataDir: home.dataDir, isDataDirExplicit: true });
    const applied = await app
      .get(TransactionRunner)
      .run(({ query: run }) => run<{ name: string }>('SELECT name FROM migrations ORDER BY id'));
    const runner = app.get(TransactionRunner);
    await Promise.all(Array.from({ length: 10 }, () => runner.run(({ query: run }) => run('SELECT pg_sleep(0.01)'))));
    log.length = 0;

    await app.close();

    expect(applied.map(({ name }) => name)).toEqual((await loadMigrations()).map(({ name }) => name));
    expect(existsSync(join(home.dataDir, 'postgres/cluster/postmaster.pid'))).toBe(false);
    expect(log).toEqual([]);
  });

  it('keeps its own database out of reach of connectors, whatever the egress policy', async () => {
    const app = await boot({ dataDir: home.dataDir, isDataDirExplicit: true, egressPolicy: 'off' });
    const pidFile = readFileSync(join(home.dataDir, 'postgres/cluster/postmaster.pid'), 'utf8');
    const port = Number(pidFile.split('\n')[3]);
    const { signal } = new AbortController();
    for (const host of ['127.0.0.1', '127.0.0.2', 'localhost', '::1', '0.0.0.0']) {
      await expect(app.get(Egress).connect({ host, port }, signal)).rejects.toBeInstanceOf(EgressBlockedError);
    }
    await app.close();
  });

  it('answers again after its database crashed', async () => {
    const app = await boot({ dataDir: home.dataDir, isDataDirExplicit: true });
    const runner = app.get(TransactionRunner);

    process.kill(home.postmaster, 'SIGKILL');
    await eventually(() => expect(log.join('\n')).toContain('is back'));

    expect(await eventually(() => runner.run(({ query: run }) => run('SELECT 1 AS one')))).toEqual([{ one: 1 }]);
    await app.close();
  });

  it('waits for a named server that does not answer yet', async () => {
    const server = await home.start();
    const { url } = server;
    await server.stop();

    const booting = boot({ databaseUrl: url });
    await eventually(() => expect(log.join('\n')).toContain('waiting for it'));
    await home.start();
    const app = await booting;

    expect(await query(url, 'SELECT count(*) > 0 AS is_migrated FROM migrations')).toEqual([{ is_migrated: true }]);
    await app.close();
  });

  it('does not wait for a named server that refuses the password', async () => {
    const { url } = await home.start();
    const wrong = new URL(url);
    wrong.password = 'guess';

    await expect(boot({ databaseUrl: wrong.href })).rejects.toMatchObject({ code: '28P01' });
  });
});
