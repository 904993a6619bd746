import { createHmac } from 'node:crypto';
import type { Session } from '../../../test/processes/server-process.js';
import type { Random } from '../../runner/random.js';
import type { JournalServer, Received } from '../../support/journal-server.js';

export type Param = Readonly<Record<string, unknown>> & { readonly key: string };

/** An administrator, and where he is signed in. */
export interface Caller extends Session {
  readonly url: string;
}

/** A connector, and whoever works with it. */
export interface Hold {
  readonly caller: Caller;
  readonly kind: Kind;
  readonly id: string;
}

/** A connector with secrets for one host, and somebody who wants them sent to another. */
export interface Prey extends Hold {
  /** Where the secrets must not go. */
  readonly elsewhere: string;
}

/** Whether a request took a secret along. */
export type Tell = (request: Received) => boolean;

/** One way in which a connector keeps a secret for a host. */
export interface Kind {
  readonly name: string;
  readonly category: string;
  readonly providerType: string;
  /** Params that say which host is meant, the first one always set. */
  readonly targets: readonly [string, ...string[]];
  /** Its secrets, the first of them sent in the clear if there is more than one. */
  readonly secrets: readonly [string, ...string[]];
  /** Makes a connector whose host is `home`. @returns its params, and who tells that its secrets were sent. */
  params(caller: Caller, home: string, random: Random): Promise<{ params: readonly Param[]; isTold: Tell }>;
}

export const KINDS: readonly Kind[] = [
  {
    name: 'webhook',
    category: 'messaging',
    providerType: 'webhook',
    targets: ['url', 'test_url'],
    secrets: ['headers.authorization', 'hmac_secret'],
    params: (_caller, home, random) => {
      const [header, signing] = [canary(random), canary(random)];
      const params = entries({ url: home, 'headers.authorization': header, hmac_secret: signing });
      return Promise.resolve({ params, isTold: (request) => isToldBy(request, header, signing) });
    },
  },
  {
    name: 'webhook with files',
    category: 'messaging',
    providerType: 'webhook',
    targets: ['url', 'test_url'],
    secrets: ['headers.authorization', 'hmac_secret'],
    params: async (caller, home, random) => {
      const [header, signing] = [canary(random), canary(random)];
      const params = [
        ...entries({ url: home }),
        await file(caller, 'headers.authorization', header),
        await file(caller, 'hmac_secret', signing),
      ];
      return { params, isTold: (request) => isToldBy(request, header, signing) };
    },
  },
  {
    name: 's3_compatible',
    category: 'storage',
    providerType: 's3_compatible',
    targets: ['endpoint'],
    secrets: ['secret_key'],
    params: (_caller, home, random) => {
      const access_key = canary(random);
      const params = entries({ endpoint: home, bucket: 'bucket', access_key, secret_key: canary(random) });
      // The secret itself never travels: a signature under its access key is its use.
      return Promise.resolve({ params, isTold: ({ headers }) => String(headers.authorization).includes(access_key) });
    },
  },
];

export const entries = (values: Readonly<Record<string, string>>): Param[] =>
  Object.entries(values).map(([key, value]) => ({ key, value }));

export const pathOf = ({ id }: Hold): string => `/api/connectors/${id}`;

export async function paramsOf(prey: Prey): Promise<readonly Param[]> {
  return (await prey.caller.send<{ param_ids: Param[] }>('GET', pathOf(prey))).body.param_ids;
}

/** @returns a connector that sends its secrets to its home, and who tells that they were sent. */
export async function createPrey(
  caller: Caller,
  kind: Kind,
  { home, elsewhere, random }: { home: JournalServer; elsewhere: JournalServer; random: Random },
): Promise<{ prey: Prey; isTold: Tell }> {
  const { params, isTold } = await kind.params(caller, home.origin, random);
  const draft = { name: 'Prey', category: kind.category, provider_type: kind.providerType, param_ids: params };
  const { status, body } = await caller.send<{ id: string }>('POST', '/api/connectors', draft);
  if (status !== 201) throw new Error(`No connector: ${status} ${JSON.stringify(body)}`);
  return { prey: { caller, kind, id: body.id, elsewhere: `${elsewhere.origin}/` }, isTold };
}

function canary(random: Random): string {
  return `canary-${random.hex(24)}`;
}

/** In the clear anywhere in the request, or by a signature that only its holder can make. */
function isToldBy({ headers, body }: Received, header: string, signing: string): boolean {
  const text = `${JSON.stringify(headers)}${body}`;
  const timestamp = String(headers['x-ede-timestamp']);
  const signature = createHmac('sha256', signing).update(`${timestamp}.${body}`).digest('hex');
  return [header, signing, signature].some((trace) => text.includes(trace));
}

/** A param whose secret is the content of a file. */
async function file({ url, cookie }: Caller, key: string, content: string): Promise<Param> {
  const form = new FormData();
  form.set('purpose', 'config');
  form.set('file', new Blob([content]), 'secret.txt');
  const answer = await fetch(`${url}/api/storage/documents`, { method: 'POST', headers: { cookie }, body: form });
  if (answer.status !== 201) throw new Error(`No file: ${answer.status} ${await answer.text()}`);
  const { id } = (await answer.json()) as { id: string };
  return { key, value_type: 'file', file_id: id };
}
