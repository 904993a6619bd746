import { pino, stdTimeFunctions, type DestinationStream, type LogFn, type Logger } from 'pino';
import type { LogLevel } from '../config/index.js';
import { LogOutput } from './log-output.js';
import { safeError } from './safe-error.js';

export type { Logger } from 'pino';

/**
 * The process's log: one JSON object a line. Errors go in as `err`; secrets hide themselves (see `Secret`).
 * @param destination standard output unless given.
 */
export function createLogger(level: LogLevel, destination: DestinationStream = new LogOutput(process.stdout)): Logger {
  const options = {
    level,
    base: undefined,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => safeError(error) },
    hooks: { logMethod: withoutErrorText },
  };
  return pino(options, destination);
}

/** Left alone, pino takes an error's message for the line's text, past the serializer. */
function withoutErrorText(this: Logger, args: Parameters<LogFn>, log: LogFn): void {
  const [first, ...rest] = args as [unknown, ...unknown[]];
  const facts = first instanceof Error ? { err: first } : first;
  const hasText = typeof facts !== 'object' || facts === null || 'msg' in facts || !('err' in facts);
  if (hasText || rest.length > 0) log.apply(this, [facts, ...rest] as Parameters<LogFn>);
  else log.apply(this, [facts, 'An error'] as Parameters<LogFn>);
}
