export { EmbeddedDatabase, type EmbeddedDatabaseOptions } from './embedded-database.js';
export { DataDirectoryInUseError, EmbeddedDatabaseError } from './embedded-database.errors.js';
export { type ServerLog, type ServerLogLevel } from './server-log.js';
export { runningUrl } from './running-url.js';
