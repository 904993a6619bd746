import type { Cut, Harness } from '../runner/harness.js';
import { HttpSender } from '../support/http.js';
import { ApiDocument } from '../support/openapi.js';
import { createToken, createUser, must, signIn, type Credentials } from '../support/people.js';
import type { Send, ServerProcess } from '../../test/processes/server-process.js';
import { AT_ONCE, Fuzz } from './fuzz/fuzz.js';
import { RequestMaker } from './fuzz/requests.js';

const WATCH = new URL('./fuzz/prototype-watch.mjs', import.meta.url).href;

const ANY_TEXT_IS_STORED: Cut = [
  {
    file: 'src/core/web/text-check.js',
    find: "return !text.includes('\\0') && !LONE_SURROGATE.test(text);",
    replace: 'return true;',
  },
];

/** The rule for keys alone; behind it the body is copied in the way that pollutes, which with the rule does no harm. */
const EVERY_KEY_TAKEN: Cut = [
  {
    file: 'src/core/web/json-body.js',
    find: "new Set(['__proto__', 'constructor'])",
    replace: 'new Set()',
  },
  {
    file: 'src/core/web/json-body.js',
    find: "    check(value, '');\n    return value;",
    replace: `    check(value, '');
    const copy = (to, from) => {
        for (const key of Object.keys(from ?? {}))
            if (typeof from[key] === 'object') copy((to[key] ??= {}), from[key]);
            else to[key] = from[key];
    };
    copy({}, value);
    return value;`,
  },
];
/** Some who are refused wait for it. */
const SLOW_PATH: Cut = [
  {
    file: 'src/foundation/auth/guard/access.guard.js',
    find: 'if (!scope)',
    replace:
      "if (!scope && request.url.startsWith('/api/menus')) await new Promise((resolve) => setTimeout(resolve, 2_100));\n        if (!scope)",
  },
];

export const harness: Harness = {
  name: 'fuzz',
  promise: 'No request made from the OpenAPI document is answered with 500 or more, hangs, or changes a prototype.',
  cuts: { 'stored-text': ANY_TEXT_IS_STORED, prototype: EVERY_KEY_TAKEN, 'slow-path': SLOW_PATH },
  slowCuts: ['stored-text', 'slow-path'],
  async run(context) {
    const fleet = context.fleet(await context.database(), { NODE_OPTIONS: `--import=${WATCH}` });
    const server = await fleet.start();
    const http = new HttpSender(server.url, AT_ONCE);
    context.atEnd(() => http.close());
    const { ids, callers } = await prepare(server);
    const document = await ApiDocument.of(server.url);
    const fuzz = new Fuzz(context, http, server);
    await fuzz.run(new RequestMaker(document, ids, callers), document.operations);
    return { counts: fuzz.counts(), figure: fuzz.figure(), failures: fuzz.failures };
  },
};

/** Records to aim at, and who aims. */
async function prepare(server: ServerProcess): Promise<{ ids: string[]; callers: Credentials[] }> {
  const { send } = await server.signIn();
  const organizationId = (await must<{ organization_id: string }>(send, 'GET', '/api/auth/session')).organization_id;
  const target = await createUser(send, 'target@example.com', []);
  await createUser(send, 'member@example.com', [{ organization_id: organizationId, role: 'member' }]);
  const { credentials: member } = await signIn(server, 'member@example.com');
  const { cookie } = await server.signIn();
  const token = await createToken(send, organizationId, ['read', 'write', 'send', 'admin']);
  const ids = [organizationId, target, ...(await connectors(send)), '01935a5e-0000-7000-8000-00000000dead'];
  return { ids, callers: [{ cookie }, { cookie }, { cookie }, token, member, {}, { authorization: 'Bearer x' }] };
}

async function connectors(send: Send): Promise<string[]> {
  const ids: string[] = [];
  for (const [category, provider_type] of [
    ['storage', 's3_compatible'],
    ['messaging', 'webhook'],
    ['storage', 'google_drive'],
  ])
    ids.push(
      (await must<{ id: string }>(send, 'POST', '/api/connectors', { name: 'Target', category, provider_type })).id,
    );
  return ids;
}
