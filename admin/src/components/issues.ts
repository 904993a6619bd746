import { ApiError } from '../api/problem';

/**
 * The message for one input of a form.
 * @param pointer as the API names it, e.g. `/name` or `/param_ids/2/value`.
 */
export function issueAt(error: unknown, pointer: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return error.issues.find((issue) => issue.pointer === pointer)?.message;
}

/** Whether every issue of the refusal has one of these inputs to stand beside; if not, the page must say it itself. */
export function hasPlaceFor(error: unknown, pointers: readonly string[]): boolean {
  if (!(error instanceof ApiError) || error.issues.length === 0) return false;
  return error.issues.every(({ pointer }) => pointers.includes(pointer));
}
