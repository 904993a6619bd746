/**
 * Which undeclared keys the server takes for secrets, so that they are hidden while they are typed. The server decides
 * in the end; a spec compares both.
 */
const LAST_WORDS: ReadonlySet<string> = new Set([
  'secret',
  'token',
  'password',
  'passphrase',
  'passwd',
  'pwd',
  'pass',
  'key',
  'apikey',
  'credential',
  'auth',
  'authorization',
  'cookie',
  'dsn',
  'sas',
  'signature',
]);
const ANY_WORDS: ReadonlySet<string> = new Set(['private', 'secret', 'password']);
const WHOLE_SEGMENTS: ReadonlySet<string> = new Set(['webhook_url', 'connection_string']);

export function soundsSecret(key: string): boolean {
  return key.split('.').some((segment) => !/^\d+$/.test(segment) && isSecretSegment(segment));
}

function isSecretSegment(segment: string): boolean {
  const words = wordsOf(segment);
  const last = words.at(-1);
  if (last === undefined) return false;
  return (
    includesWord(LAST_WORDS, last) ||
    words.some((word) => includesWord(ANY_WORDS, word)) ||
    WHOLE_SEGMENTS.has(words.join('_'))
  );
}

function wordsOf(segment: string): string[] {
  return segment
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split(/[_-]+/)
    .filter((word) => word !== '');
}

function includesWord(words: ReadonlySet<string>, word: string): boolean {
  return words.has(word) || (word.endsWith('s') && words.has(word.slice(0, -1)));
}
