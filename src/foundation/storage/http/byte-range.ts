import type { ByteRange } from '../contracts/index.js';

/** One range, as in `bytes=0-499`, `bytes=500-` or `bytes=-500`. */
const ONE_RANGE = /^bytes[ \t]*=[ \t]*(\d*)-(\d*)[ \t]*$/i;

/**
 * The bytes that a `Range` header asks for. A header that is malformed, or asks for several ranges, is ignored as
 * RFC 9110 allows: the answer is the whole document.
 * @param size of the document, in bytes.
 * @returns `null` for the whole document, `unsatisfiable` when no byte lies in the range.
 */
export function readRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const [, first = '', last = ''] = ONE_RANGE.exec(header ?? '') ?? [];
  if (first === '') return last === '' ? null : lastBytes(Number(last), size);
  return last === '' ? within(Number(first), Infinity, size) : within(Number(first), Number(last), size);
}

function lastBytes(count: number, size: number): ByteRange | 'unsatisfiable' {
  return count === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - count), end: size - 1 };
}

function within(start: number, end: number, size: number): ByteRange | 'unsatisfiable' | null {
  if (end < start) return null;
  return start >= size ? 'unsatisfiable' : { start, end: Math.min(end, size - 1) };
}
