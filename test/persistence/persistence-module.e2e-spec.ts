import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { Settings, SettingsModule } from '../../src/core/config/index.js';
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
    const imports = [SettingsModule.with(new Settings(settings)), EventEmitterModule.forRoot(), PersistenceModule];
    return NestFactory.createApplicationContext({ module: App, imports }, { logger, abortOnError: false });
  };

  it('starts its own database, migrates it, and stops it without a word about lost sessions', async () => {
    const app = await boot({ dataDir: home.dataDir, isDataDirExplicit: true });
    const applied = await app
      .get(TransactionRunner)
      .run(({ query: run }) => run<{ name: string }>('SELECT name FROM migrations ORDER BY id'));
    log.length = 0;

    await app.close();

    expect(applied.map(({ name }) => name)).toEqual((await loadMigrations()).map(({ name }) => name));
    expect(existsSync(join(home.dataDir, 'postgres/cluster/postmaster.pid'))).toBe(false);
    expect(log.filter((line) => line.includes('session was lost'))).toEqual([]);
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
