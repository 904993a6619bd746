import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export type ServerLogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Takes one line for the application's log. */
export type ServerLog = (level: ServerLogLevel, message: string) => void;

const LEVELS: Readonly<Record<string, ServerLogLevel>> = {
  WARNING: 'warn',
  ERROR: 'warn',
  FATAL: 'warn',
  PANIC: 'error',
};

/** What our own question whether it is ready yet makes the server say. */
const EXPECTED = /^the database system is (starting up|not yet accepting connections|in recovery mode)/;

/** Hands the server's output on line by line, and the level that each line claims. */
export function forwardOutput(output: Readable, log: ServerLog): void {
  const lines = createInterface({ input: output });
  lines.on('line', (line) => {
    const [, severity, text] = /^([A-Z]+): {1,2}(.*)$/.exec(line) ?? [];
    const level = severity !== undefined && !EXPECTED.test(text ?? '') ? LEVELS[severity] : undefined;
    log(level ?? 'debug', text ?? line.trim());
  });
}
