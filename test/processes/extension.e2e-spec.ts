import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { Fleet } from './server-process.js';

jest.setTimeout(300_000); // a project is built and started

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface ProviderType {
  readonly category: string;
  readonly provider_type: string;
  readonly display_name: string;
  readonly config_schema: readonly { readonly key: string; readonly secret: boolean }[];
}

/** A copy of the project that a developer changes as a guide in docs/ says. */
class ScratchClone {
  readonly root = mkdtempSync(join(tmpdir(), 'ede-clone-'));

  constructor() {
    for (const name of [
      'src',
      'tools',
      'docs',
      '.prettierrc.json',
      'tsconfig.json',
      'tsconfig.build.json',
      'package.json',
      'package-lock.json',
      'ormconfig.ts',
    ]) {
      cpSync(join(ROOT, name), join(this.root, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(this.root, 'node_modules'));
  }

  /** Writes the files of the guide. @returns the folders in `src` that they touch. */
  follow(guide: string): Set<string> {
    const text = readFileSync(join(ROOT, 'docs', guide), 'utf8');
    const files = [...text.matchAll(/```ts\n\/\/ (src\/\S+)\n([\s\S]*?)```/g)];
    expect(files.length).toBeGreaterThan(1);
    for (const [, path = '', code = ''] of files) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      writeFileSync(join(this.root, path), code, { flag: 'wx' }); // a guide changes no file
    }
    return new Set(files.map(([, path = '']) => dirname(path)));
  }

  activate(name: string): void {
    const file = join(this.root, 'src', 'foundation', 'settings.ts');
    const settings = readFileSync(file, 'utf8');
    const changed = settings.replace(/'audit'/, `'${name}', 'audit'`);
    expect(changed).not.toBe(settings);
    writeFileSync(file, changed);
  }

  /** Runs one of the project's tools. */
  run(tool: string, ...parameters: string[]): void {
    const options = { cwd: this.root, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [`tools/${tool}.mjs`, ...parameters], options);
    if (status !== 0) throw new Error(`${tool} failed:\n${stdout}${stderr}`);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

describe('following the guides in a scratch clone', () => {
  let clone: ScratchClone;
  let database: TestDatabase;
  let fleet: Fleet;
  let types: ProviderType[];

  beforeAll(async () => {
    clone = new ScratchClone();
    database = await createEmptyDatabase();
    fleet = new Fleet(database.url, {}, clone.root);
    const categories = new Set(readdirSync(join(ROOT, 'src', 'foundation')));
    expect(categories).not.toContain('fax');
    expect([...clone.follow('adding-a-provider.md')]).toEqual([
      'src/foundation/storage/connectors/http-store',
      'src/foundation/email/connectors/http-mail',
      'src/foundation/messaging/connectors/http-chat',
    ]);
    for (const folder of clone.follow('adding-a-category.md')) expect(folder).toMatch(/^src\/foundation\/fax(\/|$)/);
    clone.activate('fax');
    clone.run('new-provider', 'storage', 'box_store');
    clone.run('new-provider', 'email', 'post_office');
    clone.run('new-provider', 'messaging', 'chat_room');
    clone.run('new-category', 'voice_call');
    clone.run('new-provider', 'voice_call', 'dialer');
    clone.run('build');
    const { send } = await (await fleet.start()).signIn();
    types = (await send<ProviderType[]>('GET', '/api/connectors/types')).body;
  });
  afterAll(async () => {
    await fleet.close();
    await database.drop();
    clone.remove();
  });

  it('offers the provider of one new folder', () => {
    expect(types.find(({ provider_type }) => provider_type === 'http_store')).toMatchObject({
      category: 'storage',
      display_name: 'HTTP store',
      config_schema: [
        { key: 'url', secret: false },
        { key: 'token', secret: true },
      ],
    });
  });

  it('offers the category of one new folder and its name in ACTIVE_MODULES', () => {
    expect(types.filter(({ category }) => category === 'fax')).toMatchObject([{ provider_type: 'fax_gateway' }]);
  });

  it('offers what the generators wrote, unchanged', () => {
    const found = types.map(({ category, provider_type }) => `${category}/${provider_type}`);
    expect(found).toEqual(
      expect.arrayContaining(['storage/box_store', 'email/post_office', 'messaging/chat_room', 'voice_call/dialer']),
    );
  });

  it('keeps the provider of the README that of the guide', () => {
    const block = /```ts\n(import { Connector[\s\S]*?)```/;
    const [inReadme, inGuide] = ['README.md', 'docs/adding-a-provider.md'].map((file) =>
      readFileSync(join(ROOT, file), 'utf8'),
    );
    expect(inGuide).toContain(block.exec(inReadme as string)?.[1] ?? 'the README has no provider');
  });
});
