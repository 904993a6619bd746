export { LogOutput } from './log-output.js';
export { createLogger, type Logger } from './logger.js';
export { NestLogger } from './nest-logger.js';
export { logRequest } from './request-log.js';
export { safeError, type SafeError } from './safe-error.js';
