import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** What Nest says while it wires the application; of use only to somebody who looks for a wiring fault. */
const CHATTY_CONTEXTS: ReadonlySet<string> = new Set([
  'InstanceLoader',
  'NestFactory',
  'NestApplication',
  'RouterExplorer',
  'RoutesResolver',
]);

/** Here Nest logs what it throws as well; whoever starts the application says it, in one line. */
const REPEATING_CONTEXTS: ReadonlySet<string> = new Set(['ExceptionHandler', 'NestApplication']);

/** Lets Nest, and `new Logger(context)` everywhere, write to the process's log. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    const isChatty = CHATTY_CONTEXTS.has(String(rest.at(-1)));
    this.write(isChatty ? 'debug' : 'info', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    const isRepeated = REPEATING_CONTEXTS.has(String(rest.at(-1)));
    this.write(isRepeated ? 'debug' : 'error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** Nest's convention: the last of `rest` is the context, an error's stack may stand before it. */
  private write(level: Level, message: unknown, rest: readonly unknown[]): void {
    const context = typeof rest.at(-1) === 'string' ? (rest.at(-1) as string) : undefined;
    const extra = rest.find((item) => item instanceof Error);
    const stack = rest.slice(0, -1).find((item): item is string => typeof item === 'string' && /\n\s+at /.test(item));
    const facts = { context, ...(extra !== undefined && { err: extra }), ...(stack !== undefined && { stack }) };
    if (message instanceof Error) this.logger[level]({ ...facts, err: message }, message.name);
    else if (typeof message === 'object' && message !== null) this.logger[level]({ ...facts, ...message });
    else this.logger[level](facts, String(message));
  }
}
