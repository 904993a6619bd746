/**
 * ESLint rule: outgoing traffic has one door. Only the files that the configuration excepts may open a socket, or start
 * what could open one unseen: another program, a thread whose code no rule reads, a loader of modules by any name.
 */

const SOCKETS = ['net', 'tls', 'http', 'https', 'http2', 'dns', 'dns/promises', 'dgram'];
const CODE_UNSEEN = ['child_process', 'worker_threads', 'cluster', 'vm', 'module', 'inspector', 'inspector/promises'];
const MODULES = new Set([
  ...[...SOCKETS, ...CODE_UNSEEN].flatMap((name) => [name, `node:${name}`]),
  ...['undici', 'axios', 'got', 'node-fetch', 'cross-fetch', 'request', 'superagent', 'ws', 'cross-spawn', 'execa'],
]);
/** What opens nothing, by module. */
const HARMLESS = { net: ['isIP', 'isIPv4', 'isIPv6'], http: ['STATUS_CODES', 'METHODS'] };
/** Members of `process` that hand out Node's insides. */
const BINDINGS = new Set(['binding', '_linkedBinding', 'dlopen']);
const GLOBALS = new Set(['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']);

function isHarmless({ source, specifiers }) {
  const names = HARMLESS[source.value.replace('node:', '')] ?? [];
  return specifiers.length > 0 && specifiers.every(({ imported }) => names.includes(imported?.name));
}

export const egressDoor = {
  meta: {
    type: 'problem',
    schema: [{ type: 'object', properties: { except: { type: 'array', items: { type: 'string' } } } }],
    messages: {
      module: '{{name}} opens sockets past the egress policy: use core/egress.',
      global: 'Global {{name}} opens sockets past the egress policy: use core/egress.',
      binding: 'process.{{name}} reaches sockets past the egress policy: use core/egress.',
    },
  },
  create(context) {
    const excepted = new Set(context.options[0]?.except ?? []);
    /** Types open nothing: `import type` is free. */
    const check = (source, isType = false) => {
      if (isType || typeof source?.value !== 'string') return;
      const name = source.value;
      if ((MODULES.has(name) && !excepted.has(name)) || name.startsWith('undici/'))
        context.report({ node: source, messageId: 'module', data: { name } });
    };
    const reportGlobal = (node, name) => {
      if (GLOBALS.has(name)) context.report({ node, messageId: 'global', data: { name } });
    };
    const LOADERS = new Set(['require', 'getBuiltinModule']);
    return {
      ImportDeclaration: (node) => check(node.source, node.importKind === 'type' || isHarmless(node)),
      ExportNamedDeclaration: (node) => check(node.source, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node.source, node.exportKind === 'type'),
      ImportExpression: (node) => check(node.source),
      CallExpression(node) {
        const callee = node.callee.type === 'MemberExpression' ? node.callee.property : node.callee;
        if (LOADERS.has(callee.name)) check(node.arguments[0]);
      },
      'MemberExpression[object.name="process"]'({ property }) {
        const name = property.name ?? property.value;
        if (BINDINGS.has(name)) context.report({ node: property, messageId: 'binding', data: { name } });
      },
      'MemberExpression[object.name=/^(globalThis|global)$/]': (node) =>
        reportGlobal(node, node.property.name ?? node.property.value),
      'VariableDeclarator[init.name=/^(globalThis|global)$/] > ObjectPattern > Property': (node) =>
        reportGlobal(node, node.key.name ?? node.key.value),
      /** Names that no scope of the file defines. */
      'Program:exit'(node) {
        const scope = context.sourceCode.getScope(node);
        const known = scope.variables.filter(({ defs }) => defs.length === 0).flatMap(({ references }) => references);
        for (const { identifier, isTypeReference } of [...scope.through, ...known]) {
          if (!isTypeReference) reportGlobal(identifier, identifier.name);
        }
      },
    };
  },
};
