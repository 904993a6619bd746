import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { boundaries } from './tools/lint/boundaries.mjs';
import { egressDoor } from './tools/lint/egress-door.mjs';
import { providerPackages } from './tools/lint/provider-packages.mjs';

const SPECS = ['**/*.spec.ts', '**/*.e2e-spec.ts', 'test/**', 'trust/**'];
const local = { rules: { boundaries, 'egress-door': egressDoor, 'provider-packages': providerPackages } };

/** What a constructor injects is counted apart: more than this and the class does two things. */
const MAX_INJECTED = 8;
const TOO_MANY_PARAMETERS = [
  {
    selector:
      ':matches(FunctionDeclaration, ArrowFunctionExpression, :not(MethodDefinition[kind="constructor"]) > FunctionExpression)[params.length>4]',
    message: 'More than 4 parameters: pass one object.',
  },
  {
    selector: `MethodDefinition[kind="constructor"] > FunctionExpression[params.length>${MAX_INJECTED}]`,
    message: `More than ${MAX_INJECTED} dependencies: split the class.`,
  },
];
const INDEX_HOLDS_NAMES = [
  { selector: 'ExportAllDeclaration', message: 'An index lists names: no `export *`.' },
  {
    selector: 'Program > :not(ExportNamedDeclaration[source], ExportAllDeclaration)',
    message: 'An index holds no code.',
  },
];

const forbidImports = (...paths) => ({ '@typescript-eslint/no-restricted-imports': ['error', { paths }] });
const NO_FORWARD_REF = {
  name: '@nestjs/common',
  importNames: ['forwardRef'],
  message: 'Cut the cycle with a port in src/core/ports instead.',
};
const NO_DATABASE = ['typeorm', 'pg', '@nestjs/typeorm'].map((name) => ({
  name,
  message: 'The kernel knows no database.',
}));

/** Sizes, in lines as they stand in the file. */
const SIZES = {
  'max-lines': ['error', 250],
  'max-lines-per-function': ['error', 40],
  complexity: ['error', { max: 10, variant: 'modified' }], // a switch counts once: it is a table
  'no-restricted-syntax': ['error', ...TOO_MANY_PARAMETERS],
};

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'coverage/',
      '**/node_modules/',
      'admin/dist/',
      'admin/src/api/schema.d.ts',
      '.data/',
      '.state/',
      '.trust/',
    ],
  },
  // An exception stands here, with its reason, or nowhere: inline `eslint-disable` has no effect and is reported.
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // `typeof import('sdk')` is the type of an SDK that is loaded where it is used.
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Nest modules and holders of a decorator have no members.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowEmpty: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      // DTO classes are the names of plain answers: filled from literals, copied by spreading, mapped by static `from`.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/unbound-method': ['error', { ignoreStatic: true }],
      // The compiler forgets that an `await` lets others change a field: it calls true checks unnecessary.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-invalid-void-type': ['error', { allowAsThisParameter: true }],
      // A method is async because its contract is, and then refusals are rejections even where nothing is awaited.
      '@typescript-eslint/require-await': 'off',
      // Type parameters that stand only in an answer type what comes from outside: query rows, JSON.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    files: ['**/*.{ts,tsx,mjs}'],
    plugins: { 'import-x': importX, local },
    settings: {
      ...importX.flatConfigs.typescript.settings,
      'import-x/resolver-next': [
        createTypeScriptImportResolver({
          project: ['./tsconfig.json', './admin/tsconfig.json'],
          noWarnOnMultipleProjects: true,
        }),
      ],
    },
    rules: {
      'import-x/no-default-export': 'error',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'local/boundaries': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      ...SIZES,
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'local/egress-door': 'error',
      // Code in a text is read by no rule.
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-console': 'error',
      ...forbidImports(NO_FORWARD_REF),
    },
  },
  {
    files: ['src/foundation/*/connectors/**/*.ts', 'src/vendors/**/*.ts'],
    ignores: SPECS,
    rules: { 'local/provider-packages': 'error' },
  },
  { files: ['src/core/**/*.ts'], rules: forbidImports(NO_FORWARD_REF, ...NO_DATABASE) },
  // The door itself, the search for a free port to listen on, which dials nobody, and the socket file of the owner.
  {
    files: ['src/core/egress/**/*.ts', 'src/persistence/embedded/{free-port,owner-socket}.ts'],
    rules: { 'local/egress-door': 'off' },
  },
  // The database server is a program of its own, started here and nowhere else.
  {
    files: ['src/persistence/embedded/**/*.ts'],
    ignores: ['src/persistence/embedded/{free-port,owner-socket}.ts', '**/*.spec.ts'],
    rules: { 'local/egress-door': ['error', { except: ['node:child_process', 'node:module'] }] },
  },
  { files: ['src/**/index.ts'], rules: { 'no-restricted-syntax': ['error', ...INDEX_HOLDS_NAMES] } },
  {
    files: SPECS,
    rules: {
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      'local/egress-door': 'off',
      // Answers of the server come as `any`; what they hold is what the expectations say.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['admin/src/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat['recommended-latest']],
    rules: {
      'no-console': 'error',
      // What TanStack Router takes for "go there instead".
      '@typescript-eslint/only-throw-error': [
        'error',
        { allow: [{ from: 'package', package: '@tanstack/router-core', name: 'Redirect' }] },
      ],
    },
  },
  // Most lines of a component are its markup.
  { files: ['admin/src/**/*.tsx'], rules: { 'max-lines-per-function': ['error', 80] } },
  { files: ['admin/public/*.js'], languageOptions: { globals: globals.browser } },
  { files: ['src/persistence/migrations/**'], rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' } },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: globals.node },
    rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^_' }] },
  },
  // Tools that find their configuration as a default export.
  {
    files: ['*.config.mjs', 'admin/vite.config.ts', 'ormconfig.ts', 'test/support/global-*.mjs'],
    rules: { 'import-x/no-default-export': 'off' },
  },
);
