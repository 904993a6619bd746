import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { HarnessContext } from '../../runner/context.js';

const run = promisify(execFile);
const MANUAL = fileURLToPath(new URL('../../../docs/operations.md', import.meta.url));
const MAX_DUMP_BYTES = 512 * 2 ** 20;

/** The programs of a database and what it is reached by. */
export interface Dumpable {
  readonly url: string;
  /** With `pg_dump` and `pg_restore`. */
  readonly programs: string;
}

/**
 * Runs the commands that docs/operations.md gives to operators.
 * @param name the comment that their block begins with. @returns the folder with the backup, gone when the harness ends.
 */
export async function backUp(
  context: HarnessContext,
  name: string,
  dataDirectory: string,
  database?: Dumpable,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ede-backup-'));
  context.atEnd(async () => rmSync(folder, { recursive: true, force: true }));
  const env = { EDE_DATA_DIR: dataDirectory, BACKUP: folder, DATABASE_URL: database?.url ?? '' };
  const path = [database?.programs, process.env['PATH']].filter(Boolean).join(delimiter);
  await run('sh', ['-euc', commandsOf(name)], { env: { ...env, PATH: path } });
  return folder;
}

function commandsOf(name: string): string {
  const block = readFileSync(MANUAL, 'utf8').split(`\`\`\`sh\n# ${name}\n`)[1]?.split('```')[0];
  if (block === undefined) throw new Error(`docs/operations.md has no block "# ${name}"`);
  return block;
}

/** The whole database as SQL. */
export function dumpPlain({ url, programs }: Dumpable): Promise<Buffer> {
  return outputOf(join(programs, 'pg_dump'), ['--format=plain', url]);
}

/** What a dump of the custom format, which is compressed, restores. */
export function restored({ programs }: Dumpable, file: string): Promise<Buffer> {
  return outputOf(join(programs, 'pg_restore'), ['--file=-', file]);
}

async function outputOf(program: string, args: readonly string[]): Promise<Buffer> {
  return (await run(program, args, { encoding: 'buffer', maxBuffer: MAX_DUMP_BYTES })).stdout;
}
