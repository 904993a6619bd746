import type { Cut, Harness } from '../runner/harness.js';
import { findInstalledPostgres } from '../support/installed-cluster.js';
import { ECHO_CONSENT_PROVIDER, ECHO_PROVIDER } from './canary/echo-provider.js';
import { Installation } from './canary/installation.js';

const MIB = 2 ** 20;

const TEXTS_ARE_LEFT_ALONE: Cut = [
  {
    file: 'src/core/crypto/scrubber.js',
    find: 'export function scrub(text, secrets) {',
    replace: 'export function scrub(text, secrets) {\n    return text;',
  },
];
/** Ciphertexts look like ciphertexts, but hold the text in clear. */
const NOTHING_IS_ENCRYPTED: Cut = [
  {
    file: 'src/core/crypto/aead.js',
    find: 'const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);',
    replace: 'cipher.update(plaintext); cipher.final(); const ciphertext = plaintext;',
  },
  {
    file: 'src/core/crypto/aead.js',
    find: 'return Buffer.concat([decipher.update(sealed.subarray(SEAL_OVERHEAD)), decipher.final()]);',
    replace: 'return sealed.subarray(SEAL_OVERHEAD);',
  },
];
/** Sessions, API tokens: what is stored is what the caller shows. */
const TOKENS_ARE_NOT_HASHED: Cut = [
  {
    file: 'src/foundation/auth/opaque-token.js',
    find: "return createHash('sha256').update(text).digest();",
    replace: "return Buffer.from(text.replace('ede_', ''), 'base64url');",
  },
];

export const harness: Harness = {
  name: 'canary',
  promise:
    'No secret leaves: not in answers, headers, metrics, logs, audit rows, tables, dumps, files or backups, in no encoding.',
  cuts: { scrub: TEXTS_ARE_LEFT_ALONE, encryption: NOTHING_IS_ENCRYPTED, 'token-hash': TOKENS_ARE_NOT_HASHED },
  slowCuts: ['encryption', 'token-hash'],
  additions: [ECHO_PROVIDER, ECHO_CONSENT_PROVIDER],
  async run(context) {
    const embedded = new Installation(context);
    await embedded.embedded(context.size(30, 500));
    const postgres = findInstalledPostgres();
    const dumped = postgres === null ? null : new Installation(context);
    if (postgres !== null) await dumped?.dumped(postgres, context.size(30, 500));
    const installations = [embedded, ...(dumped === null ? [] : [dumped])];
    const nothing = installations.flatMap(({ counts }) => Object.keys(counts).filter((name) => counts[name] === 0));
    const failures = [
      ...installations.flatMap(({ search }) => search.failures),
      ...nothing.map((name) => `Nothing was counted of: ${name}`),
    ];
    const bytes = installations.reduce((sum, { search }) => sum + search.bytes, 0);
    const files = `${Math.round(bytes / MIB)} MiB of files and backups`;
    return {
      counts: { ...summed(installations.map(({ counts }) => counts)), dumps: dumped === null ? 0 : 2 },
      figure: `${failures.length} hits in answers, log, tables, ${files}; dump: ${
        postgres === null ? 'none, this machine has no pg_dump with a server' : `plain and custom, of ${postgres.major}`
      }`,
      failures,
    };
  },
};

function summed(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, count] of all.flatMap(Object.entries<number>)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
