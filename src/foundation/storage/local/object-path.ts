import { InvalidObjectKeyError } from './local-storage.errors.js';

/** File systems take 255 bytes a name; longer segments continue in a folder. */
const MAX_NAME = 200;
const MAX_KEY_BYTES = 900;
const OBJECT = '.bin';
const CONTINUED = '.more';
/** What a name keeps as it is. No dot, so that `.` and `..` cannot appear; no capitals, since some disks ignore case. */
const PLAIN = /[a-z0-9_-]/;
const CONTROL = /\p{Cc}/u;

/**
 * The path of an object below the root, as names of nested folders and, last, of the file. Every key has its own
 * path, an object may have the name of a folder, and no key leads out of the root.
 * @throws InvalidObjectKeyError for a key that is not segments joined by `/`.
 */
export function pathOfKey(key: string): string[] {
  const segments = key.split('/');
  if (segments.includes('') || CONTROL.test(key) || Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new InvalidObjectKeyError();
  }
  const names = segments.flatMap(encodeSegment);
  return [...names.slice(0, -1), `${names.at(-1) ?? ''}${OBJECT}`];
}

/** The folders that hold every key with this prefix. */
export function foldersOfPrefix(prefix: string): string[] {
  const whole = prefix.split('/').slice(0, -1);
  return whole.includes('') ? [] : whole.flatMap(encodeSegment);
}

/** The key of a path below the root; `null` when no object has such a path. */
export function keyOfPath(names: readonly string[]): string | null {
  const last = names.at(-1);
  if (last === undefined || !last.endsWith(OBJECT)) return null;
  let key = '';
  for (const name of names.slice(0, -1)) {
    key += name.endsWith(CONTINUED) ? name.slice(0, -CONTINUED.length) : `${name}/`;
  }
  try {
    return decodeURIComponent(key + last.slice(0, -OBJECT.length));
  } catch {
    return null;
  }
}

function encodeSegment(segment: string): string[] {
  let rest = '';
  for (const byte of Buffer.from(segment)) {
    const character = String.fromCharCode(byte);
    rest += PLAIN.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
  }
  const names: string[] = [];
  while (rest.length > MAX_NAME) {
    names.push(`${rest.slice(0, MAX_NAME)}${CONTINUED}`);
    rest = rest.slice(MAX_NAME);
  }
  return [...names, rest];
}
