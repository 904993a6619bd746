import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createApp } from './app.factory.js';
import { loadSettings, Settings } from './core/config/index.js';
import { createLogger } from './core/logging/index.js';
import { SealedError } from './core/errors/index.js';
import {
  FINDINGS,
  INSTANCE_CHAIN,
  TrailVerifier,
  VerificationResponse,
  type KnownEnd,
  type NamedVerification,
} from './foundation/audit/index.js';
import { withCommandDatabase } from './persistence/index.js';

const USAGE = 'Usage: npm run audit -- verify [--json] [--since <file>]';
/** Exit statuses. */
const STATUS = { intact: 0, broken: 1, unsigned: 3 } as const;

export interface CommandResult {
  readonly text: string;
  /** 0: intact; 1: broken; 3: some events carry no signature. */
  readonly status: number;
}

/**
 * `npm run audit -- verify`: checks every trail, beside a running server or without one. `--json` prints what
 * `--since` takes later, to notice a database that was put back to an older state.
 * @throws Error whose message is for the console.
 */
export async function auditCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandResult> {
  const { isJson, known } = await readArguments(args);
  const settings = loadSettings(env);
  return withCommandDatabase(settings, async (url) => {
    // Made and never started: only its services are used.
    const app = await createApp(new Settings({ ...settings, databaseUrl: url }), createLogger('silent'));
    try {
      const trails: NamedVerification[] = [];
      for await (const trail of app.get(TrailVerifier, { strict: false }).verifyAll(known)) trails.push(trail);
      return reportOf(trails, isJson);
    } catch (error) {
      throw error instanceof SealedError
        ? new Error('The master key is missing or wrong: nothing can be verified')
        : error;
    } finally {
      await app.close();
    }
  });
}

async function readArguments(args: readonly string[]): Promise<{ isJson: boolean; known: KnownEnd[] }> {
  try {
    const options = { json: { type: 'boolean', default: false }, since: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (positionals.join() !== 'verify') throw new Error('verify is the only command');
    return { isJson: values.json, known: values.since === undefined ? [] : await readEnds(values.since) };
  } catch (error) {
    throw new Error(`${USAGE}\n${error instanceof Error ? error.message : ''}`, { cause: error });
  }
}

/** @throws Error when the file is not what `--json` printed. */
async function readEnds(file: string): Promise<KnownEnd[]> {
  const { trails } = JSON.parse(await readFile(file, 'utf8')) as { trails: VerificationResponse[] };
  return trails.map(({ organization_id, end: { sequence, hash } }) => ({
    chain: organization_id ?? INSTANCE_CHAIN,
    sequence,
    hash,
  }));
}

function reportOf(trails: readonly NamedVerification[], isJson: boolean): CommandResult {
  const outcomes = new Set(trails.map(({ verification }) => verification.outcome));
  const outcome = (['broken', 'unsigned'] as const).find((one) => outcomes.has(one)) ?? 'intact';
  const found = trails.map(({ verification }) => VerificationResponse.from(verification));
  const text = isJson ? JSON.stringify({ outcome, trails: found }, null, 2) : trails.map(lineOf).join('\n');
  return { text, status: STATUS[outcome] };
}

function lineOf({ chain, name, verification }: NamedVerification): string {
  const { outcome, rows, broken, unsignedRows, firstUnsigned, end } = verification;
  const whose = chain === INSTANCE_CHAIN ? 'Instance' : `${name ?? 'Unknown organization'} (${chain})`;
  const start = `${outcome.padEnd(8)} ${whose}: `;
  if (broken) {
    const row = broken.rowId === null ? '' : ` (${broken.rowId})`;
    return `${start}at event ${broken.sequence}${row}: ${FINDINGS[broken.finding]}`;
  }
  const unsigned = firstUnsigned === null ? '' : `, ${unsignedRows} of them unsigned, the first is ${firstUnsigned}`;
  return `${start}${rows} events${unsigned}; ends at ${end.sequence} with ${end.hash}`;
}
