import { ApiError } from '../api/problem';

/**
 * The message for one input of a form.
 * @param pointer as the API names it, e.g. `/name` or `/param_ids/2/value`.
 */
export function issueAt(error: unknown, pointer: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return error.issues.find((issue) => issue.pointer === pointer)?.message;
}

/** The message of a refusal whose code says which input it is about, e.g. `email_taken`. */
export function refusalFor(error: unknown, code: string): string | undefined {
  return error instanceof ApiError && error.code === code ? error.problem.detail : undefined;
}

/** The code of a refusal of somebody's own password. */
export const WRONG_PASSWORD = 'invalid_credentials';

/** The server's sentence is that of a sign-in, which names the address too. */
export function wrongPassword(error: unknown): string | undefined {
  return refusalFor(error, WRONG_PASSWORD) && 'This is not the password';
}

/**
 * Whether every issue of the refusal has one of these inputs to stand beside; if not, the page must say it itself.
 * @param codes of refusals that stand beside an input as a whole.
 */
export function hasPlaceFor(error: unknown, pointers: readonly string[], codes: readonly string[] = []): boolean {
  if (!(error instanceof ApiError)) return false;
  if (codes.includes(error.code)) return true;
  if (error.issues.length === 0) return false;
  return error.issues.every(({ pointer }) => pointers.includes(pointer));
}

/** The issues of a refusal for people who know no pointers, e.g. "Expires at: must be a date". */
export function issueLines(error: unknown): readonly string[] {
  if (!(error instanceof ApiError)) return [];
  return error.issues.map(({ pointer, message }) => issueLine(nameOf(pointer), message));
}

/**
 * One issue in a line.
 * @param label what the user calls the place; `undefined` when it has no name.
 * @param message goes on from the name, as the server's do, or is a sentence of its own.
 */
export function issueLine(label: string | undefined, message: string): string {
  if (label === undefined) return message;
  return /^[a-z]/.test(message) ? `${label} ${message}` : `${label}: ${message}`;
}

/** The last name of a pointer as words; numbers are places in a list, which nobody sees. */
function nameOf(pointer: string): string | undefined {
  const words = pointer
    .split('/')
    .filter((part) => part !== '' && !/^\d+$/.test(part))
    .at(-1)
    ?.replaceAll('_', ' ');
  return words === undefined ? undefined : words.charAt(0).toUpperCase() + words.slice(1);
}
