import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Type } from '@nestjs/common';
import { connectorFolder, logoOf } from './connector-folder.js';
import { Connector, type ConnectorMetadata } from './connector.decorator.js';

const KERNEL = fileURLToPath(new URL('.', import.meta.url));

/** Source of a provider file, as an author writes it. */
const source = (...names: string[]) => `
  import { Connector } from '${KERNEL}connector.decorator.ts';
  import { ConnectorProvider } from '${KERNEL}connector-provider.ts';
  ${names
    .map(
      (name) => `
  @Connector({ category: 'storage', providerType: '${name.toLowerCase()}', displayName: '${name}' })
  export class ${name} extends ConnectorProvider<unknown> {
    readonly configSchema = [];
    fromConfig(): never { throw new Error('not used'); }
  }`,
    )
    .join('\n')}
`;

describe('connectorFolder', () => {
  let category: string;
  let url: string;
  const put = (path: string, text: string) => {
    const file = join(category, 'connectors', path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
  };

  beforeEach(() => {
    category = mkdtempSync(join(tmpdir(), 'ede-connector-folder-'));
    url = pathToFileURL(join(category, 'storage.module.ts')).href;
  });
  afterEach(() => rmSync(category, { recursive: true, force: true }));

  const load = async () => (await connectorFolder(url)).providers as Type[];
  const typesOf = (classes: Type[]) =>
    classes.map((found) => (Reflect.getMetadata(Connector.KEY, found) as ConnectorMetadata).providerType).sort();

  it('loads the provider of every folder, and ignores other files', async () => {
    put('aws-s3/aws-s3.provider.ts', source('Aws'));
    put('aws-s3/aws-s3.provider.spec.ts', 'throw new Error("a spec is not loaded");');
    put('aws-s3/aws-s3.connection.ts', 'throw new Error("only providers are loaded");');
    put('sftp/sftp.provider.ts', source('Sftp'));
    put('README.md', 'not a folder');
    expect(typesOf(await load())).toEqual(['aws', 'sftp']);
  });

  it('is empty for a category without connectors', async () => {
    expect(await load()).toEqual([]);
  });

  it('brings the logo that lies beside the class', async () => {
    put('aws-s3/aws-s3.provider.ts', source('Aws'));
    put('aws-s3/logo.svg', '<svg/>');
    put('sftp/sftp.provider.ts', source('Sftp'));
    const logos = (await load()).map((found) => [found.name, logoOf(found)]);
    expect(Object.fromEntries(logos)).toEqual({ Aws: '<svg/>', Sftp: null });
  });

  it('counts a class once, and not the undecorated class that extends it', async () => {
    put('aws-s3/base.ts', source('Base'));
    put('aws-s3/aws-s3.provider.ts', `${source('Aws')}\nexport { Aws as Alias };`);
    put('sftp/sftp.provider.ts', `import { Base } from '../aws-s3/base.js';\nexport class Sub extends Base {}\n`);
    await expect(load()).rejects.toThrow('holds no class decorated with @Connector');
    rmSync(join(category, 'connectors', 'sftp'), { recursive: true });
    expect(typesOf(await load())).toEqual(['aws']);
  });

  it('stops at a folder without a provider, naming it', async () => {
    put('empty/notes.txt', '');
    await expect(load()).rejects.toThrow(/connectors\/empty holds no class decorated with @Connector/);
  });

  it('stops at a folder with two providers', async () => {
    put('twins/twins.provider.ts', source('One', 'Two'));
    await expect(load()).rejects.toThrow(/connectors\/twins holds more than one class/);
  });

  it('hands on what a provider file throws', async () => {
    put('broken/broken.provider.ts', 'throw new Error("broken file");');
    await expect(load()).rejects.toThrow('broken file');
  });
});
