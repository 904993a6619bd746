import { isBuiltin } from 'node:module';

/**
 * ESLint rule: which packages a provider, or code of a vendor, may import. A list, not a ban: a package that opens
 * sockets by itself passes the egress door unseen, and nobody can name all of those. Whoever adds one shows here how its
 * connections go through `core/egress`. Node's own modules are judged by the rule `egress-door`.
 */

/** Open nothing. */
const PURE = ['@nestjs/common', 'nodemailer/lib/mail-composer'];

/** Open connections through agents of the egress door, which the folder hands to them. */
const THROUGH_THE_DOOR = {
  'src/vendors/aws/': ['@aws-sdk/client-s3', '@aws-sdk/client-sts'],
};

export const providerPackages = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      unknown:
        'A provider imports no package that is not on the list in tools/lint/provider-packages.mjs: it could open connections past the egress policy.',
    },
  },
  create(context) {
    const path = context.filename.replaceAll('\\', '/');
    const own = Object.entries(THROUGH_THE_DOOR).filter(([folder]) => path.includes(`/${folder}`));
    const allowed = new Set([...PURE, ...own.flatMap(([, packages]) => packages)]);
    const check = (source, isType = false) => {
      const name = source.value; // missing when it is computed: that cannot be judged
      if (isType || (typeof name === 'string' && (name.startsWith('.') || isBuiltin(name)))) return;
      if (!allowed.has(name)) context.report({ node: source, messageId: 'unknown' });
    };
    return {
      ImportDeclaration: (node) => check(node.source, node.importKind === 'type'),
      ExportNamedDeclaration: (node) => node.source && check(node.source, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node.source, node.exportKind === 'type'),
      ImportExpression: (node) => check(node.source),
    };
  },
};
