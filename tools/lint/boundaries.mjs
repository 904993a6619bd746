/**
 * ESLint rule: who may import whom, as docs/architecture.md draws it. It judges paths only, so it holds for folders
 * that do not exist yet and needs no resolver: imports inside the project are relative.
 */
import { dirname, posix, relative, sep } from 'node:path';

/** Foundation modules by rank; a module imports only lower ranks. A name that is not listed is a category. */
const FOUNDATION_RANKS = {
  base: 2,
  auth: 3,
  presentation: 4,
  'egress-list': 4,
  connectors: 5,
  audit: 7,
  observability: 7,
};
const CATEGORY_RANK = 6;
const APP_RANK = 8;

/** Paths from the most special to the most general, and the module that each belongs to. */
const AREAS = [
  { kind: 'test', path: /^(test)\//, rank: () => Infinity },
  { kind: 'admin', path: /^(admin)\//, rank: () => Infinity },
  { kind: 'core', path: /^(src\/core\/[^/]+)/, rank: () => 0 },
  { kind: 'vendors', path: /^(src\/vendors\/[^/]+)/, rank: () => 1 },
  { kind: 'persistence', path: /^(src\/persistence)\//, rank: () => 1 },
  { kind: 'provider', path: /^(src\/foundation\/([^/]+)\/connectors\/[^/]+)\//, rank: () => CATEGORY_RANK },
  {
    kind: 'foundation',
    path: /^(src\/foundation\/([^/]+))\//,
    rank: (name) => FOUNDATION_RANKS[name] ?? CATEGORY_RANK,
  },
  { kind: 'app', path: /^(src)\//, rank: () => APP_RANK },
];

/** @returns the module that a project path belongs to: kind, root folder, rank and name; `null` for none. */
function areaOf(path) {
  for (const { kind, path: pattern, rank } of AREAS) {
    const [found, root = found, name] = pattern.exec(path) ?? [];
    if (found !== undefined) return { kind, root, name, rank: rank(name) };
  }
  return null;
}

const isIndexOf = (root, path) => path === `${root}/index.ts`;

const isOutside = (area) => area === null || area.kind === 'admin';

/** @returns the id of the message that an import deserves, or `null` when it is allowed. */
function judge(from, to, target, isSpec) {
  if (from.kind === 'test' || from.root === to?.root) return null;
  if (from.kind === 'admin') return 'admin';
  if (isOutside(to)) return 'outside';
  if (to.kind === 'test') return isSpec ? null : 'test';
  if (to.kind === 'provider') return 'nobody';
  return from.kind === 'provider' ? judgeProvider(from, to, target) : judgeModule(from, to, target);
}

function judgeProvider(from, to, target) {
  if (isIndexOf(`src/foundation/${from.name}/contracts`, target)) return null;
  return to.kind === 'vendors' && isIndexOf(to.root, target) ? null : 'provider';
}

function judgeModule(from, to, target) {
  const areBothCore = from.kind === 'core' && to.kind === 'core';
  if (to.rank >= from.rank && !areBothCore) return 'direction';
  return isIndexOf(to.root, target) ? null : 'deep';
}

export const boundaries = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      direction:
        '{{from}} must not import {{to}}: dependencies point from the app down to core (docs/architecture.md).',
      deep: 'Import {{to}} through its index.ts: what is not listed there is private.',
      provider:
        "A provider imports its own folder, its category's contracts/index.ts, vendors and listed packages only.",
      nobody: 'Nobody imports a provider: it is found by scanning its folder.',
      admin: 'The admin UI imports its own files and npm packages only: it knows the server by openapi.json.',
      test: 'Product code must not import from test/.',
      outside: 'Product code must not import from outside src/.',
    },
  },
  create(context) {
    const project = (path) => relative(context.cwd, path).split(sep).join(posix.sep);
    const file = project(context.filename);
    const from = areaOf(file);
    if (from === null) return {};

    const check = (source) => {
      if (typeof source?.value !== 'string' || !source.value.startsWith('.')) return;
      const target = posix.join(posix.normalize(dirname(file)), source.value).replace(/\.js$/, '.ts');
      const to = areaOf(target);
      const messageId = judge(from, to, target, file.endsWith('.spec.ts'));
      if (messageId !== null)
        context.report({ node: source, messageId, data: { from: from.root, to: to?.root ?? target } });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
    };
  },
};
