export { withCommandDatabase } from './command-database.js';
export { dataSourceOptions } from './data-source-options.js';
export { constraintOf, isDatabaseUnavailable, sqlStateOf } from './database-unavailable.js';
export { isContention } from './transaction-retry.js';
export { PersistenceModule } from './persistence.module.js';
export { migrateDatabase } from './migrate.js';
export { newId } from './new-id.js';
export { TransactionRunner, type TransactionContext, type TransactionOptions } from './transaction-runner.js';
