import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What the build can read of one kind of ciphertext. */
export interface ReadKind {
  readonly kind: string;
  readonly seen: number;
  readonly unreadable: number;
}

type Environment = Readonly<Record<string, string>>;

/** `npm run keys -- verify` of a build: tries to read everything that is encrypted. */
export async function verifyWith(root: string, env: Environment): Promise<ReadKind[]> {
  const url = pathToFileURL(join(root, 'dist', 'src', 'keys-command.js')).href;
  const code = `
    const { runKeysCommand } = await import(${JSON.stringify(url)});
    await runKeysCommand(['verify'], process.env, (line) => process.stdout.write(line + '\\n'));`;
  const lines = (await runModule(root, env, code)).trim().split('\n');
  return lines.map((line) => {
    const [, kind = '', seen, unreadable] = /^(.+): (\d+) seen, (\d+) unreadable$/.exec(line) ?? [];
    if (kind === '') throw new Error(`Not understood: ${line}`);
    return { kind, seen: Number(seen), unreadable: Number(unreadable) };
  });
}

/** Keeps an access token for each connector, by the build's own code: over HTTP that needs a consent at a real service. */
export async function keepTokens(root: string, env: Environment, organizationId: string, ids: string[]): Promise<void> {
  const at = (path: string): string => JSON.stringify(pathToFileURL(join(root, 'dist', 'src', path)).href);
  await runModule(
    root,
    env,
    `const { createApp } = await import(${at('app.factory.js')});
     const { loadSettings } = await import(${at('core/config/index.js')});
     const { createLogger } = await import(${at('core/logging/index.js')});
     const { ConnectorTokenStore } = await import(${at('foundation/connectors/oauth/connector-token.store.js')});
     const { TransactionRunner } = await import(${at('persistence/index.js')});
     const app = await createApp(loadSettings(process.env), createLogger('silent'));
     const store = app.get(ConnectorTokenStore, { strict: false });
     for (const connectorId of ${JSON.stringify(ids)}) {
       const key = { connectorId, organizationId: ${JSON.stringify(organizationId)}, grantName: 'refresh' };
       const issued = { accessToken: 'access of ' + connectorId, expiresIn: 3600, scopes: null, refreshToken: null };
       const sealed = await store.seal(key, issued);
       await app.get(TransactionRunner, { strict: false })
         .run((tx) => store.keepGranted(tx, key, { ...sealed, configVersion: 1 }));
     }
     await app.close();`,
  );
}

async function runModule(cwd: string, env: Environment, code: string): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...env },
  });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (status !== 0) throw new Error(`A command of the build ended with ${status}: ${errors}`);
  return output;
}
