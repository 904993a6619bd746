import { createHmac } from 'node:crypto';
import type { Send } from '../../test/processes/server-process.js';
import type { Cut, Harness } from '../runner/harness.js';
import { JournalServer, type Received } from '../support/journal-server.js';

const WITHOUT_BINDING: Cut = [
  {
    file: 'src/foundation/connectors/param-planner.js',
    find: 'assertHostBinding(plan, stored, request.schema);',
    replace: '',
  },
];

interface Secrets {
  readonly header: string;
  readonly signing: string;
}

/** A connector with secrets for one host, and somebody who wants them sent to another. */
interface Prey {
  readonly send: Send;
  readonly id: string;
  /** Where the secrets must not go. */
  readonly elsewhere: string;
}

type Param = Readonly<Record<string, unknown>> & { readonly key: string };
const path = ({ id }: Prey) => `/api/connectors/${id}`;

async function paramsOf(prey: Prey): Promise<readonly Param[]> {
  return (await prey.send<{ param_ids: Param[] }>('GET', path(prey))).body.param_ids;
}

async function replaced(prey: Prey, changes: Readonly<Record<string, string>>): Promise<Param[]> {
  return (await paramsOf(prey)).map((param) =>
    changes[param.key] === undefined ? param : { ...param, value: changes[param.key] },
  );
}

const entries = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([key, value]) => ({ key, value }));

/** Every way in which a target can be changed while secrets are kept. */
const MOVES: Readonly<Record<string, (prey: Prey) => Promise<unknown>>> = {
  'PATCH of the address': (prey) => prey.send('PATCH', path(prey), { param_ids: entries({ url: prey.elsewhere }) }),
  'PUT of what was read': async (prey) =>
    prey.send('PUT', path(prey), { param_ids: await replaced(prey, { url: prey.elsewhere }) }),
  'PUT with one of two secrets': async (prey) => {
    const param_ids = await replaced(prey, { url: prey.elsewhere, 'headers.authorization': 'entered-again' });
    return prey.send('PUT', path(prey), { param_ids });
  },
  'PATCH with the other of two secrets': (prey) =>
    prey.send('PATCH', path(prey), { param_ids: entries({ url: prey.elsewhere, hmac_secret: 'entered-again' }) }),
  'PATCH in two steps': async (prey) => {
    await prey.send('PATCH', path(prey), { param_ids: [{ key: 'url', clear: true }] });
    return prey.send('PATCH', path(prey), { param_ids: entries({ url: prey.elsewhere }) });
  },
  'PATCH of a second address': (prey) =>
    prey.send('PATCH', path(prey), { param_ids: entries({ test_url: prey.elsewhere }) }),
  'merge import': (prey) =>
    prey.send('POST', `${path(prey)}/import-config`, { json_data: { url: prey.elsewhere }, mode: 'merge' }),
  'merge import of a file': (prey) =>
    prey.send('POST', `${path(prey)}/import-config`, {
      file_content: Buffer.from(JSON.stringify({ url: prey.elsewhere })).toString('base64'),
      file_name: 'a.json',
      file_mime: 'application/json',
      mode: 'merge',
    }),
  'replace import': (prey) =>
    prey.send('POST', `${path(prey)}/import-config`, { json_data: { url: prey.elsewhere }, mode: 'replace' }),
  'legacy config': (prey) => prey.send('PUT', path(prey), { config: { url: prey.elsewhere } }),
  'draft that borrows': (prey) => testDraft(prey, { url: prey.elsewhere }),
  'draft that borrows, with a second address': (prey) => testDraft(prey, { test_url: prey.elsewhere }),
  'draft that borrows one secret': (prey) => testDraft(prey, { url: prey.elsewhere, hmac_secret: 'entered-again' }),
};

function testDraft(prey: Prey, values: Readonly<Record<string, string>>): Promise<unknown> {
  return prey.send('POST', '/api/connectors/test', {
    category: 'messaging',
    provider_type: 'webhook',
    connector_id: prey.id,
    param_ids: entries(values),
    send: {},
  });
}

export const harness: Harness = {
  name: 'host-binding',
  promise: 'A stored secret is sent only to the host that it was entered for.',
  cuts: { 'host-binding': WITHOUT_BINDING },
  async run(context) {
    const [home, elsewhere] = [await JournalServer.start(context), await JournalServer.start(context)];
    const fleet = context.fleet(await context.database(), { EDE_EGRESS_ALLOW: `${home.host},${elsewhere.host}` });
    const { send } = await (await fleet.start()).signIn();
    const failures: string[] = [];
    const rounds = context.size(1, 20);
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, move] of Object.entries(MOVES)) {
        const secrets = { header: `canary-${context.random.hex(24)}`, signing: `canary-${context.random.hex(24)}` };
        const prey = { send, id: await create(send, home.origin, secrets), elsewhere: `${elsewhere.origin}/` };
        await move(prey);
        await test(prey);
        const told = elsewhere.received.filter((request) => isTold(request, secrets));
        if (told.length > 0) failures.push(`${name}: ${told.length} requests took an old secret to another host`);
      }
    }
    await proveJournals(send, home, elsewhere);
    const moves = rounds * Object.keys(MOVES).length;
    const bytes = elsewhere.received.length;
    return { counts: { moves, requests: bytes }, figure: `${failures.length} secrets at another host`, failures };
  },
};

async function create(send: Send, url: string, secrets: Secrets): Promise<string> {
  const { status, body } = await send<{ id: string }>('POST', '/api/connectors', {
    name: 'Prey',
    category: 'messaging',
    provider_type: 'webhook',
    param_ids: entries({ url, 'headers.authorization': secrets.header, hmac_secret: secrets.signing }),
  });
  if (status !== 201) throw new Error(`No connector: ${status} ${JSON.stringify(body)}`);
  return body.id;
}

const test = (prey: Prey) => prey.send('POST', `${path(prey)}/test`, { send: {} });

/** In the clear anywhere in the request, or by a signature that only its holder can make. */
function isTold({ headers, body }: Received, { header, signing }: Secrets): boolean {
  const text = `${JSON.stringify(headers)}${body}`;
  const timestamp = String(headers['x-ede-timestamp']);
  const signature = createHmac('sha256', signing).update(`${timestamp}.${body}`).digest('hex');
  return [header, signing, signature].some((trace) => text.includes(trace));
}

/** Secrets do arrive where they were entered for, at both hosts: else their absence would mean nothing. */
async function proveJournals(send: Send, home: JournalServer, elsewhere: JournalServer): Promise<void> {
  for (const server of [home, elsewhere]) {
    const secrets = { header: 'canary-of-its-own', signing: 'canary-signing-its-own' };
    await test({ send, id: await create(send, server.origin, secrets), elsewhere: '' });
    if (!server.received.some((request) => isTold(request, secrets))) {
      throw new Error('A secret does not arrive where it belongs: this proves nothing');
    }
  }
}
