import { Global, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Settings } from '../core/config/index.js';
import { ProtectedTargets } from '../core/egress/index.js';
import { dataSourceOptions } from './data-source-options.js';
import { DatabaseHost } from './database-host.js';
import { migrateDatabase } from './migrate.js';
import { TransactionRunner } from './transaction-runner.js';

/** Knows where the database is, before TypeORM connects to it. */
@Module({
  providers: [
    { provide: DatabaseHost, useFactory: (settings: Settings) => DatabaseHost.open(settings), inject: [Settings] },
  ],
  exports: [DatabaseHost],
})
class DatabaseHostModule {}

/**
 * The database of the application: started when it is ours, migrated, connected, and out of reach of connectors.
 * Needs a global `Settings` and the global `EventEmitterModule` and `EgressModule`. Feature modules add entities with `TypeOrmModule.forFeature`.
 */
@Global()
@Module({
  imports: [
    DatabaseHostModule,
    TypeOrmModule.forRootAsync({
      imports: [DatabaseHostModule],
      inject: [DatabaseHost],
      useFactory: async (host: DatabaseHost) => {
        const logger = new Logger('Database');
        for (const name of await migrateDatabase(host.url)) logger.log(`Applied migration ${name}`);
        return {
          ...dataSourceOptions({ url: host.url, onPoolError: host.onPoolError }),
          autoLoadEntities: true,
          // Starting is patient where it makes sense, in DatabaseHost; a failed migration is final.
          retryAttempts: 0,
        };
      },
    }),
  ],
  providers: [TransactionRunner],
  exports: [TransactionRunner],
})
export class PersistenceModule implements OnApplicationShutdown {
  constructor(
    private readonly host: DatabaseHost,
    private readonly dataSource: DataSource,
    protectedTargets: ProtectedTargets,
  ) {
    protectedTargets.protectDatabase(host.url);
  }

  /** First the connections, then the server: the other way round every connection would report a loss. */
  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
    await this.host.close();
  }
}
