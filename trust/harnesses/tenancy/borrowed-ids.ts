import { json, type HttpSender } from '../../support/http.js';
import { UNKNOWN_ID } from './requests.js';
import type { World } from './world.js';

/** A caller's own request that names something of another organization inside: a file, a cursor, a key. */
export async function borrowedIds(http: HttpSender, world: World): Promise<string[]> {
  return [...(await borrowFile(http, world)), ...(await borrowCursors(http, world)), ...(await borrowKey(http, world))];
}

/** The attacker's connector takes the other organization's file for its credential. */
async function borrowFile(http: HttpSender, { attacker, fileId }: World): Promise<string[]> {
  const failures: string[] = [];
  const draft = { name: 'Borrower', category: 'storage', provider_type: 'google_drive' };
  const withFile = (file_id: string) => [{ key: 'service_account', value_type: 'file', file_id, is_secret: true }];
  const send = async (method: string, path: string, body: object) => {
    const { headers, body: text } = json(body);
    const answer = await http.send({
      method,
      path,
      headers: { ...headers, ...attacker.credentials },
      body: text ?? null,
    });
    return { status: answer.status, text: answer.text };
  };
  const own = `/api/connectors/${attacker.connectorId}`;
  const attempts: [string, string, (file: string) => object][] = [
    ['POST', '/api/connectors', (file) => ({ ...draft, param_ids: withFile(file) })],
    ['PUT', own, (file) => ({ param_ids: withFile(file) })],
    ['PATCH', own, (file) => ({ param_ids: withFile(file) })],
    [
      'POST',
      '/api/connectors/test',
      (file) => ({ category: draft.category, provider_type: draft.provider_type, param_ids: withFile(file) }),
    ],
  ];
  for (const [method, path, body] of attempts) {
    const [foreign, unknown] = [await send(method, path, body(fileId)), await send(method, path, body(UNKNOWN_ID))];
    if (foreign.status < 300 && path !== '/api/connectors/test')
      failures.push(`${method} ${path} took a file of another organization`);
    if (withoutNoise(foreign.text, fileId) !== withoutNoise(unknown.text, UNKNOWN_ID))
      failures.push(`${method} ${path} tells a foreign file from none`);
  }
  return failures;
}

/** A cursor says where a page starts, not whose page it is. */
async function borrowCursors(http: HttpSender, world: World): Promise<string[]> {
  const failures: string[] = [];
  for (const list of ['/api/connectors', '/api/storage/documents', '/api/email/messages', '/api/messaging/messages']) {
    const page = await http.send({ method: 'GET', path: `${list}?limit=1`, headers: world.owner });
    const { next_cursor } = JSON.parse(page.text) as { next_cursor?: string | null };
    if (typeof next_cursor !== 'string') continue;
    const path = `${list}?limit=1&cursor=${encodeURIComponent(next_cursor)}`;
    const { text } = await http.send({ method: 'GET', path, headers: world.attacker.credentials });
    if (text.includes(world.marker)) failures.push(`A borrowed cursor of ${list} shows foreign records`);
  }
  return failures;
}

/** Two callers may choose the same idempotency key. */
async function borrowKey(http: HttpSender, world: World): Promise<string[]> {
  const { headers, body = null } = json({
    name: `${world.marker} twice`,
    category: 'storage',
    provider_type: 's3_compatible',
  });
  const send = (credentials: object) => {
    const all = { ...headers, ...credentials, 'idempotency-key': 'the-same-key' };
    return http.send({ method: 'POST', path: '/api/connectors', headers: all, body });
  };
  const [first, second] = [await send(world.owner), await send(world.attacker.credentials)];
  const [owned, attacked] = [first, second].map(({ text }) => JSON.parse(text) as { organization_id?: string });
  if (first.status !== 201 || owned?.organization_id !== world.organizationId)
    return [`The owner of an idempotency key was answered ${first.status}`];
  return attacked?.organization_id === world.organizationId ? ['An idempotency key replayed a foreign answer'] : [];
}

function withoutNoise(text: string, id: string): string {
  return text.replaceAll(id, 'id').replace(/"(instance|request_id|latency_ms|ms|tested_at)":("[^"]*"|\d+)/g, '');
}
