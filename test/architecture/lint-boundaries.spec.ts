import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { ESLint, type Linter } from 'eslint';
import tseslint from 'typescript-eslint';
// @ts-expect-error the configuration is plain JavaScript
import config from '../../eslint.config.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PROVIDER = 'src/foundation/storage/connectors/fake/fake.provider.ts';

/** The project's rules without those that need the types of files on disk. */
const linter = (...extra: Linter.Config[]) =>
  new ESLint({
    cwd: ROOT,
    overrideConfigFile: true,
    overrideConfig: [
      ...(config as Linter.Config[]),
      { files: ['**/*.{ts,tsx}'], rules: tseslint.configs.disableTypeChecked.rules ?? {} },
      { files: ['**/*.{ts,tsx}'], languageOptions: { parserOptions: { projectService: false } } },
      ...extra,
    ],
  });
const eslint = linter({ rules: { 'import-x/no-cycle': 'off' } });

/** Rules that a snippet in a file of the given path breaks. */
async function rulesBrokenBy(code: string, filePath: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: `${ROOT}${filePath}` });
  return [...new Set((result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message))];
}
const importing = (source: string) => `import { a } from '${source}';\nexport const b = a;`;

describe('import boundaries', () => {
  it.each([
    ['src/core/errors/a.ts', '../../persistence/index.js'],
    ['src/core/web/a.ts', '../../foundation/auth/index.js'],
    ['src/core/web/a.ts', '../../vendors/google/index.js'],
    ['src/persistence/a.ts', '../foundation/base/index.js'],
    ['src/persistence/a.ts', '../vendors/google/index.js'],
    ['src/vendors/google/a.ts', '../microsoft/index.js'],
    ['src/vendors/google/a.ts', '../../persistence/index.js'],
    ['src/foundation/base/a.ts', '../auth/index.js'],
    ['src/foundation/auth/a.ts', '../presentation/index.js'],
    ['src/foundation/presentation/a.ts', '../connectors/index.js'],
    ['src/foundation/connectors/http/a.ts', '../../storage/index.js'],
    ['src/foundation/storage/a.ts', '../email/index.js'],
    ['src/foundation/email/a.ts', '../storage/index.js'],
    ['src/foundation/messaging/a.ts', '../audit/index.js'],
    ['src/foundation/fax/a.ts', '../storage/index.js'],
    ['src/foundation/audit/a.ts', '../observability/index.js'],
    ['src/foundation/storage/a.ts', '../../app.module.js'],
    ['src/foundation/base/a.ts', '../settings.js'],
    ['src/app.setup.ts', '../test/support/app.js'],
    ['src/core/errors/a.ts', '../../../tools/start.mjs'],
    ['src/foundation/presentation/a.ts', '../../../admin/src/app/menu-actions.js'],
    ['admin/src/a.ts', '../../src/core/web/index.js'],
    ['admin/src/features/mail/a.ts', '../../../../test/support/app.js'],
  ])('stop %s from importing %s', async (file, source) => {
    expect(await rulesBrokenBy(importing(source), file)).toEqual(['local/boundaries']);
  });

  it.each([
    ['src/core/web/a.ts', '../errors/index.js'],
    ['src/core/web/a.ts', './b.js'],
    ['src/persistence/a.ts', '../core/errors/index.js'],
    ['src/vendors/google/a.ts', '../../core/egress/index.js'],
    ['src/foundation/connectors/http/a.ts', '../connector.service.js'],
    ['src/foundation/connectors/a.ts', '../auth/index.js'],
    ['src/foundation/fax/fax.module.ts', '../connectors/index.js'],
    ['src/foundation/audit/a.ts', '../storage/index.js'],
    ['src/app.module.ts', './foundation/audit/index.js'],
    ['src/foundation/base/a.spec.ts', '../../../test/support/app.js'],
    ['test/storage/a.e2e-spec.ts', '../../src/foundation/storage/storage-router.js'],
    ['admin/src/features/mail/a.ts', '../../api/client'],
    ['admin/src/features/mail/a.ts', '@mantine/core'],
  ])('let %s import %s', async (file, source) => {
    expect(await rulesBrokenBy(importing(source), file)).toEqual([]);
  });

  it.each([
    ['src/core/web/a.ts', '../errors/domain-error.js'],
    ['src/persistence/a.ts', '../core/errors/domain-error.js'],
    ['src/foundation/storage/a.ts', '../connectors/connector.service.js'],
    ['src/foundation/audit/a.ts', '../storage/contracts/index.js'],
    ['src/app.module.ts', './foundation/auth/session.service.js'],
  ])('stop %s from reaching past an index: %s', async (file, source) => {
    expect(await rulesBrokenBy(importing(source), file)).toEqual(['local/boundaries']);
  });

  it.each([
    './fake.connection.js',
    '../../contracts/index.js',
    '../../../../vendors/google/index.js',
    '@nestjs/common',
  ])('let a provider import %s', async (source) =>
    expect(await rulesBrokenBy(importing(source), PROVIDER)).toEqual([]),
  );

  it.each([
    '../../../../core/connectors/index.js',
    '../../../../core/egress/index.js',
    '../../../../persistence/index.js',
    '../../../../vendors/google/token.js',
    '../../contracts/storage-backend.js',
    '../../storage-router.js',
    '../../index.js',
    '../../../email/contracts/index.js',
    '../../../connectors/index.js',
    '../aws-s3/aws-s3.connection.js',
    '../aws-s3/index.js',
  ])('stop a provider from importing %s', async (source) => {
    expect(await rulesBrokenBy(importing(source), PROVIDER)).toEqual(['local/boundaries']);
  });

  it.each([
    ['src/foundation/storage/storage-router.ts', './connectors/fake/fake.provider.js'],
    ['src/foundation/storage/contracts/index.ts', '../connectors/fake/index.js'],
    ['src/foundation/audit/a.ts', '../storage/connectors/fake/fake.provider.js'],
    ['src/app.module.ts', './foundation/storage/connectors/fake/fake.provider.js'],
  ])('stop %s from importing a provider', async (file, source) => {
    expect(await rulesBrokenBy(`export { a } from '${source}';`, file)).toEqual(['local/boundaries']);
  });

  it.each([
    ["import type { A } from '../../persistence/index.js';\nexport type B = A;"],
    ["export { a } from '../../persistence/index.js';"],
    ["export const a = await import('../../persistence/index.js');"],
    ["export type A = import('../../persistence/index.js').A;"],
  ])('see every form of import: %s', async (code) => {
    expect(await rulesBrokenBy(code, 'src/core/web/a.ts')).toContain('local/boundaries');
  });

  it.each(['typeorm', 'pg', '@nestjs/typeorm'])('keep %s out of the kernel', async (name) => {
    expect(await rulesBrokenBy(importing(name), 'src/core/web/a.ts')).toEqual([
      '@typescript-eslint/no-restricted-imports',
    ]);
    expect(await rulesBrokenBy(importing(name), 'src/persistence/a.ts')).toEqual([]);
  });

  it.each(['src/core/web/a.ts', 'src/foundation/base/a.ts'])('keep forwardRef out of %s', async (file) => {
    const code = "import { forwardRef } from '@nestjs/common';\nexport const a = forwardRef;";
    expect(await rulesBrokenBy(code, file)).toEqual(['@typescript-eslint/no-restricted-imports']);
  });
});

describe('import cycles', () => {
  it('are found between files on disk', async () => {
    const code = "import { flattenConfig } from './flatten.js';\nexport const a = flattenConfig;";
    const [result] = await linter().lintText(code, { filePath: `${ROOT}src/core/connectors/param-key.ts` });
    expect(result?.messages.map(({ ruleId }) => ruleId)).toContain('import-x/no-cycle');
  });
});

describe('the egress door', () => {
  const sockets = ['net', 'tls', 'http', 'https', 'http2', 'dns', 'dns/promises', 'dgram'];
  const modules = [...sockets, 'child_process', 'worker_threads', 'cluster', 'vm', 'module', 'inspector'];
  const packages = ['undici', 'undici/types/client.js', 'axios', 'got', 'node-fetch', 'ws', 'execa'];
  it.each([...modules, ...modules.map((name) => `node:${name}`), ...packages])(
    'is the only one to import %s',
    async (name) => {
      for (const code of [
        importing(name),
        `export { a } from '${name}';`,
        `export * from '${name}';`,
        `export const a = await import('${name}');`,
        `export const a = require('${name}');`,
        `export const a = process.getBuiltinModule('${name}');`,
      ]) {
        expect(await rulesBrokenBy(code, PROVIDER)).toContain('local/egress-door');
        expect(await rulesBrokenBy(code, 'src/foundation/auth/a.ts')).toContain('local/egress-door');
        expect(await rulesBrokenBy(code, 'src/core/egress/a.ts')).not.toContain('local/egress-door');
      }
    },
  );

  it.each([
    "export const a = fetch('https://example.com');",
    "export const a = globalThis.fetch('https://example.com');",
    "export const a = globalThis['fetch'];",
    'export const { fetch: a } = globalThis;',
    'export const a = fetch;',
    'export const a = { fetch };',
    "export const a = new WebSocket('wss://example.com');",
    "export const a = new EventSource('https://example.com');",
  ])('is the only one to use a global: %s', async (code) => {
    expect(await rulesBrokenBy(code, PROVIDER)).toEqual(['local/egress-door']);
    expect(await rulesBrokenBy(code, 'src/core/egress/a.ts')).toEqual([]);
  });

  it('lets the embedded database start its own program, and open no socket', async () => {
    const EMBEDDED = 'src/persistence/embedded/a.ts';
    expect(await rulesBrokenBy(importing('node:child_process'), EMBEDDED)).toEqual([]);
    expect(await rulesBrokenBy(importing('node:net'), EMBEDDED)).toEqual(['local/egress-door']);
    expect(await rulesBrokenBy(importing('node:worker_threads'), EMBEDDED)).toEqual(['local/egress-door']);
    expect(await rulesBrokenBy(importing('node:child_process'), 'src/persistence/a.ts')).toEqual(['local/egress-door']);
  });

  it.each(['binding', '_linkedBinding', 'dlopen'])('is not passed through process.%s', async (name) => {
    for (const code of [`export const a = process.${name}('tcp_wrap');`, `export const a = process['${name}'];`])
      expect(await rulesBrokenBy(code, PROVIDER)).toEqual(['local/egress-door']);
  });

  it.each([
    ['export const a = new Function("return fetch")();', 'no-new-func'],
    ["export const a = eval('fetch');", 'no-eval'],
  ])('is not passed by code in a text: %s', async (code, rule) => {
    expect(await rulesBrokenBy(code, PROVIDER)).toEqual([rule]);
  });

  it('lets types, own names and tests be', async () => {
    const own = 'export class A {\n  fetch(): number {\n    return 1;\n  }\n}\nexport const b = new A().fetch();';
    const parameter = 'export const a = (fetch: () => number): number => fetch();';
    const type = "import type { Socket } from 'node:net';\nexport type A = Socket;";
    const pure = "import { isIP } from 'node:net';\nexport const a = isIP;";
    for (const code of [own, parameter, type, pure]) expect(await rulesBrokenBy(code, PROVIDER)).toEqual([]);
    expect(await rulesBrokenBy(importing('node:http'), 'test/support/peer.ts')).toEqual([]);
    const more = "import { connect, isIP } from 'node:net';\nexport const a = [connect, isIP];";
    expect(await rulesBrokenBy(more, PROVIDER)).toEqual(['local/egress-door']);
  });
});

describe('packages of providers', () => {
  const OF_AWS = 'src/vendors/aws/a.ts';

  it.each(['nodemailer', 'pg', 'typeorm', '@aws-sdk/client-s3', 'ssh2', 'some-vendors-sdk'])(
    'are those of a list, which %s is not on',
    async (name) => {
      for (const code of [
        importing(name),
        `export { a } from '${name}';`,
        `export * from '${name}';`,
        `export const a = await import('${name}');`,
      ])
        for (const file of [PROVIDER, 'src/vendors/google/a.ts'])
          expect(await rulesBrokenBy(code, file)).toContain('local/provider-packages');
    },
  );

  it('cannot be named by a computed text', async () => {
    const code = 'export const a = (name: string): Promise<unknown> => import(name);';
    expect(await rulesBrokenBy(code, PROVIDER)).toEqual(['local/provider-packages']);
  });

  it('may be an SDK where its connections are known to pass the door', async () => {
    expect(await rulesBrokenBy("export const a = await import('@aws-sdk/client-s3');", OF_AWS)).toEqual([]);
  });

  it('may be what opens nothing, types, and anything in a spec', async () => {
    const type = "import type { S3Client } from '@aws-sdk/client-s3';\nexport type A = S3Client;";
    for (const code of [importing('node:crypto'), importing('nodemailer/lib/mail-composer'), type])
      expect(await rulesBrokenBy(code, PROVIDER)).toEqual([]);
    expect(await rulesBrokenBy(importing('nodemailer'), PROVIDER.replace('.ts', '.spec.ts'))).toEqual([]);
  });
});

describe('the rules of the admin UI', () => {
  it.each<[string, string, string]>([
    ['an any', 'export const a: any = 1;', '@typescript-eslint/no-explicit-any'],
    ['a default export', 'export default 1;', 'import-x/no-default-export'],
    ['a log line', "console.log('a');", 'no-console'],
    [
      'a hook that is called only at times',
      "import { useState } from 'react';\nexport function useA(is: boolean) {\n  return is ? useState(1) : null;\n}",
      'react-hooks/rules-of-hooks',
    ],
  ])('refuse %s', async (_, code, rule) => {
    for (const file of ['admin/src/a.ts', 'admin/src/app/a.tsx'])
      expect(await rulesBrokenBy(code, file)).toEqual([rule]);
  });
});

describe('the rules of the house', () => {
  const FILE = 'src/foundation/base/a.ts';
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `  void ${index};`).join('\n');
  const parameters = (count: number) => Array.from({ length: count }, (_, index) => `p${index}: A`).join(', ');
  const branches = (count: number) =>
    Array.from({ length: count }, (_, index) => `  if (n === ${index}) return ${index};`).join('\n');

  it.each<[string, string, string]>([
    ['an any', 'export const a: any = 1;', '@typescript-eslint/no-explicit-any'],
    ['a default export', 'export default 1;', 'import-x/no-default-export'],
    ['an unused name', 'const a = 1;\nexport {};', '@typescript-eslint/no-unused-vars'],
    [
      'a value import of a type',
      "import { A } from './b.js';\nexport type B = A;",
      '@typescript-eslint/consistent-type-imports',
    ],
    ['a long file', `export const a = [\n${'  1,\n'.repeat(250)}];`, 'max-lines'],
    ['a long function', `export function a(): void {\n${lines(40)}\n}`, 'max-lines-per-function'],
    [
      'many parameters',
      `type A = number;\nexport function a(${parameters(5)}): A[] {\n  return [p0, p1, p2, p3, p4];\n}`,
      'no-restricted-syntax',
    ],
    ['a tangle', `export function a(n: number): number {\n${branches(10)}\n  return -1;\n}`, 'complexity'],
    ['a bare ts-expect-error', '// @ts-expect-error\nexport const a: string = 1;', '@typescript-eslint/ban-ts-comment'],
  ])('refuse %s', async (_, code, rule) => {
    expect(await rulesBrokenBy(code, FILE)).toEqual([rule]);
  });

  it('refuse an inline disable, which has no effect either', async () => {
    const broken = await rulesBrokenBy('/* eslint-disable */\nexport const a: any = 1; // eslint-disable-line', FILE);
    expect(broken).toContain('@typescript-eslint/no-explicit-any');
    expect(broken).toContainEqual(expect.stringMatching(/has no effect/));
  });

  it('count what a constructor injects apart', async () => {
    const injecting = (count: number) =>
      `type A = number;\nexport class B {\n  constructor(${parameters(count)}) {\n    void [p0];\n  }\n}`;
    expect(await rulesBrokenBy(injecting(8), FILE)).not.toContain('no-restricted-syntax');
    expect(await rulesBrokenBy(injecting(9), FILE)).toContain('no-restricted-syntax');
  });

  it('let an index list names and nothing else', async () => {
    const INDEX = 'src/foundation/base/index.ts';
    expect(await rulesBrokenBy("export { a, type B } from './a.js';\nexport type { C } from './c.js';", INDEX)).toEqual(
      [],
    );
    for (const code of ["export * from './a.js';", 'export const a = 1;', "import './a.js';"]) {
      expect(await rulesBrokenBy(code, INDEX)).toContain('no-restricted-syntax');
    }
  });
});
