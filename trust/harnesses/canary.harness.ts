import type { Cut, Harness } from '../runner/harness.js';
import { findInstalledPostgres } from '../support/installed-cluster.js';
import { StandIn } from '../support/stand-in.js';
import { ECHO_PROVIDER } from './canary/echo-provider.js';
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

export const harness: Harness = {
  name: 'canary',
  promise:
    'No secret leaves: not in answers, headers, metrics, logs, audit rows, tables, dumps, files or backups, in no encoding.',
  cuts: { scrub: TEXTS_ARE_LEFT_ALONE, encryption: NOTHING_IS_ENCRYPTED },
  additions: [ECHO_PROVIDER],
  async run(context) {
    const echo = await StandIn.start(context, ({ method, url, headers, body }) => ({
      status: 400,
      body: {
        error: headers.authorization ?? 'error',
        error_description: body.toString(),
        method,
        url: url.href,
        headers,
      },
    }));
    const embedded = new Installation(context, echo);
    await embedded.embedded(context.size(30, 500));
    const postgres = findInstalledPostgres();
    const dumped = postgres === null ? null : new Installation(context, echo);
    if (postgres !== null) await dumped?.dumped(postgres, context.size(30, 500));
    const installations = [embedded, ...(dumped === null ? [] : [dumped])];
    const sum = (count: (one: Installation) => number) => installations.map(count).reduce((a, b) => a + b);
    const failures = installations.flatMap(({ search }) => search.failures);
    const files = `${Math.round(sum(({ search }) => search.bytes) / MIB)} MiB of files and backups`;
    return {
      counts: {
        canaries: sum(({ canaries }) => canaries.count),
        answers: sum(({ answers }) => answers),
        rows: sum(({ search }) => search.rows),
        logBytes: sum(({ logBytes }) => logBytes),
        dumps: dumped === null ? 0 : 2,
      },
      figure: `${failures.length} hits in answers, log, tables, ${files}; dump: ${
        postgres === null ? 'none, this machine has no pg_dump with a server' : `plain and custom, of ${postgres.major}`
      }`,
      failures,
    };
  },
};
