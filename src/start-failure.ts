import type { Settings } from './core/config/index.js';

/** What the console says when the start fails: one line that names the reason. */
export function startFailureLine(error: unknown, { port, host }: Pick<Settings, 'port' | 'host'>): string {
  const code = (error as { code?: unknown } | null)?.code;
  const syscall = (error as { syscall?: unknown } | null)?.syscall;
  if (syscall === 'listen' && code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is in use: stop the program that holds it, or set PORT to another one`;
  }
  if (syscall === 'listen' && code === 'EACCES')
    return `Port ${port} may not be opened by this user: set PORT to one above 1023`;
  if (syscall === 'listen') return `Cannot listen on ${host}, port ${port} (${String(code)}): check HOST and PORT`;
  return `The start failed: ${messageOf(error)}`;
}

/** Some errors, such as a refused connection to several addresses, only have text in their parts. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
