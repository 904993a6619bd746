import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from './app.factory.js';
import { Scope } from './core/access/index.js';
import { loadSettings, Settings } from './core/config/index.js';
import { parseAllowEntry } from './core/egress/index.js';
import { createLogger } from './core/logging/index.js';
import { isUuid, PageQuery } from './core/web/index.js';
import {
  CipherVerifier,
  KeyStatus,
  RotationService,
  RotationWorker,
  type RotationView,
} from './foundation/base/index.js';
import { withCommandDatabase } from './persistence/index.js';

const USAGE = 'Usage: npm run keys -- status | verify | rotate-data [<organization id>] | rotate-master';
const POLL_MS = 300;

type Print = (line: string) => void;

/** A command's work on an application that is made, but neither started nor listening. */
type Command = (app: NestFastifyApplication, print: Print) => Promise<boolean>;

/**
 * `npm run keys -- …`: works beside a running server, which then does its part of a rotation, and without one.
 * @returns false when something is to be done about the answer. @throws Error whose message is for the console.
 */
export async function runKeysCommand(args: readonly string[], env: NodeJS.ProcessEnv, print: Print): Promise<boolean> {
  const command = commandOf(args);
  const settings = loadSettings(env, process.cwd(), { egressAllowEntry: parseAllowEntry });
  return withCommandDatabase(settings, async (url) => {
    const own = new Settings({ ...settings, databaseUrl: url });
    // Not initialised: nothing of it runs by itself, no mail is sent, nothing is collected.
    const app = await createApp(own, createLogger('silent'));
    try {
      return await command(app, print);
    } finally {
      await app.close();
    }
  });
}

function commandOf([name, argument, ...rest]: readonly string[]): Command {
  const hasArgument = argument !== undefined;
  if (rest.length > 0 || (hasArgument && (name !== 'rotate-data' || !isUuid(argument)))) throw new Error(USAGE);
  if (name === 'status') return showStatus;
  if (name === 'verify') return verify;
  if (name === 'rotate-data')
    return (app, print) => rotate(app, print, { kind: 'data', organization: argument ?? null });
  if (name === 'rotate-master') return (app, print) => rotate(app, print, { kind: 'master', organization: null });
  throw new Error(USAGE);
}

async function showStatus(app: NestFastifyApplication, print: Print): Promise<boolean> {
  const overview = await app.get(KeyStatus, { strict: false }).overview(Scope.system());
  print(`Master key from: ${overview.provider}`);
  print(`Sealed: ${overview.isSealed ? `yes, ${overview.sealedReason ?? ''}` : 'no'}`);
  for (const key of overview.masterKeys) {
    const notes = [key.isCurrent ? 'current' : 'former', key.isKnownHere ? 'known here' : 'not known here'];
    print(`Master key ${key.id} version ${key.version}: ${notes.join(', ')}, wraps ${key.dataKeys} keys`);
  }
  if (overview.isNewMasterWaiting) print('Another master key is set: rotate-master moves to it');
  print(`Data keys: ${overview.currentDataKeys} current, ${overview.retiredDataKeys} retired`);
  print(`Organizations: ${overview.organizations}, without a key: ${overview.organizationsWithoutKey}`);
  const query = Object.assign(new PageQuery(), { limit: 3 });
  for (const rotation of await app.get(RotationService, { strict: false }).list(Scope.system(), query)) {
    print(lineOf(rotation));
  }
  return !overview.isSealed && overview.organizationsWithoutKey === 0;
}

async function verify(app: NestFastifyApplication, print: Print): Promise<boolean> {
  const kinds = await app.get(CipherVerifier, { strict: false }).run();
  for (const { kind, seen, unreadable } of kinds) print(`${kind}: ${seen} seen, ${unreadable} unreadable`);
  return kinds.every(({ unreadable }) => unreadable === 0);
}

async function rotate(
  app: NestFastifyApplication,
  print: Print,
  { kind, organization }: { kind: 'data' | 'master'; organization: string | null },
): Promise<boolean> {
  const rotations = app.get(RotationService, { strict: false });
  const worker = app.get(RotationWorker, { strict: false });
  const { id } = await rotations.request(Scope.system(), kind, organization);
  let said = '';
  for (;;) {
    const rotation = await rotations.get(Scope.system(), id);
    const line = lineOf(rotation);
    if (line !== said) print((said = line));
    if (rotation.status === 'completed') return rotation.progress.every(({ unreadable }) => unreadable === 0);
    // Whoever is first: a running server may have taken it already.
    if (!(await worker.work())) await sleep(POLL_MS);
  }
}

function lineOf({ id, kind, status, note, progress }: RotationView): string {
  const parts = progress.map((part) => {
    const damage = part.unreadable > 0 ? `, ${part.unreadable} unreadable` : '';
    return `${part.kind} ${part.done}/${part.total}${damage}`;
  });
  return [`Rotation ${id} of ${kind} keys: ${status}`, ...parts, ...(note === null ? [] : [note])].join('; ');
}
