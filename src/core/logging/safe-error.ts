const MAX_CAUSES = 3;
const PG_STATE = /^[0-9A-Z]{5}$/;

/** What a log line says about an error: enough to find the place, without what the caller sent. */
export interface SafeError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  /** Frames only: the head of a stack repeats the message. */
  readonly stack?: string;
  readonly cause?: SafeError;
}

/**
 * Describes an error for the log. Parameters, queries and details of database errors are left out, and so are pieces of
 * the input that the JSON parser and the database quote in their messages.
 */
export function safeError(error: unknown, depth = 0): SafeError {
  if (!(error instanceof Error)) return { name: typeof error, message: 'Something that is no Error was thrown' };
  const code = (error as { code?: unknown }).code;
  return {
    name: error.name,
    message: safeMessage(error),
    ...((typeof code === 'string' || typeof code === 'number') && { code: String(code) }),
    ...(error.stack !== undefined && { stack: framesOf(error.stack) }),
    ...(error.cause !== undefined && depth < MAX_CAUSES && { cause: safeError(error.cause, depth + 1) }),
  };
}

function safeMessage(error: Error): string {
  if (error instanceof SyntaxError) return 'Syntax error';
  const { code, driverError } = error as { code?: unknown; driverError?: unknown };
  const isDatabase = driverError !== undefined || (typeof code === 'string' && PG_STATE.test(code));
  return isDatabase ? error.message.replace(/"[^"]*"/g, '"…"').replace(/\n.*/s, '') : error.message;
}

function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
