import type { Client } from 'pg';
import type { Send, ServerProcess } from '../../../test/processes/server-process.js';
import { formWithFile, type HttpSender } from '../../support/http.js';
import { createToken, createUser, must, signIn, type Credentials } from '../../support/people.js';

const ALL_SCOPES = ['read', 'write', 'send', 'admin'];

/** Who attacks, and how much he should see. */
export interface Actor {
  readonly name: string;
  /**
   * `foreign`: signed in, of another organization; `nobody`: must not get past the guard; `reader`: of the attacked
   * organization, reads only.
   */
  readonly kind: 'foreign' | 'nobody' | 'reader';
  readonly credentials: Credentials;
  /** The highest that he has; `null` for nobody. */
  readonly role: 'member' | 'admin' | 'instance_admin' | null;
  /** `null` for a session. */
  readonly scopes: readonly string[] | null;
}

/** Two organizations; one attacks the other. */
export interface World {
  /** The attacked organization. */
  readonly organizationId: string;
  readonly actors: readonly Actor[];
  /** Admin of the attacked organization. */
  readonly owner: Credentials;
  readonly instanceAdmin: Credentials;
  /** An admin of the attacking organization, and a connector of his own. */
  readonly attacker: {
    readonly credentials: Credentials;
    readonly connectorId: string;
    readonly organizationId: string;
  };
  /** A file of the attacked organization that a param may name. */
  readonly fileId: string;
  /** A connector of the attacked organization that asks for consent. */
  readonly consentId: string;
  /** Stands in names and contents of the attacked organization. */
  readonly marker: string;
  /** Stands in its secrets. */
  readonly secret: string;
}

export async function buildWorld(server: ServerProcess, http: HttpSender, sql: Client, mark: string): Promise<World> {
  const admin = await server.signIn();
  const attacked = await createOrganization(admin.send, `Attacked zebra${mark}`);
  const attacking = await createOrganization(admin.send, 'Attacking');
  const memberOf = (organization_id: string, role: 'admin' | 'member') => [{ organization_id, role }];
  const names = ['owner', 'disabled', 'expired'] as const;
  for (const name of names) await createUser(admin.send, `${name}@zebra${mark}.example`, memberOf(attacked, 'admin'));
  await createUser(admin.send, `member@zebra${mark}.example`, memberOf(attacked, 'member'));
  await createUser(admin.send, 'attacker@example.com', memberOf(attacking, 'admin'));
  const person = (name: string) => signIn(server, `${name}@zebra${mark}.example`);
  const [owner, disabled, expired, member] = [
    await person('owner'),
    await person('disabled'),
    await person('expired'),
    await person('member'),
  ];
  const attacker = await signIn(server, 'attacker@example.com');
  await fillInstance(admin.send, attacking);
  const { fileId, consentId } = await fill(http, owner, { attacked, mark, sql });
  const ownConnector = await must<{ id: string }>(attacker.send, 'POST', '/api/connectors', connector('Mine'));
  const as = (role: Actor['role'], credentials: Credentials) => ({ role, scopes: null, credentials });
  const token = async (maker: Send, role: Actor['role'], organizationId: string, scopes: readonly string[]) => ({
    role,
    scopes,
    credentials: await createToken(maker, organizationId, scopes),
  });
  const nobody = {
    'signed out': as(null, {}),
    'disabled user': as(null, disabled.credentials),
    'token of a disabled user': await token(disabled.send, null, attacked, ALL_SCOPES),
    'expired session': as(null, expired.credentials),
    'expired token': await token(expired.send, null, attacked, ALL_SCOPES),
    'made up session': as(null, { cookie: `ede_session_insecure=${'x'.repeat(43)}` }),
    'made up token': as(null, { authorization: `Bearer ${'x'.repeat(43)}` }),
  };
  await endThem(sql, mark, admin.send);
  const actors = (kind: Actor['kind'], all: Readonly<Record<string, Omit<Actor, 'name' | 'kind'>>>): Actor[] =>
    Object.entries(all).map(([name, actor]) => ({ name, kind, ...actor }));
  return {
    organizationId: attacked,
    actors: [
      ...actors('nobody', nobody),
      ...actors('foreign', {
        'admin of another organization': as('admin', attacker.credentials),
        'foreign token': await token(attacker.send, 'admin', attacking, ALL_SCOPES),
        'token of an instance admin, bound elsewhere': await token(admin.send, 'instance_admin', attacking, [
          'read',
          'write',
          'send',
        ]),
      }),
      ...actors('reader', {
        member: as('member', member.credentials),
        'token that reads': await token(owner.send, 'admin', attacked, ['read']),
        'token of an instance admin that reads': await token(admin.send, 'instance_admin', attacked, ['read']),
      }),
    ],
    owner: owner.credentials,
    instanceAdmin: { cookie: admin.cookie },
    attacker: { credentials: attacker.credentials, connectorId: ownConnector.id, organizationId: attacking },
    fileId,
    consentId,
    marker: `zebra${mark}`,
    secret: `lion${mark}`,
  };
}

/** Disables one user and lets the session and the token of another expire. */
async function endThem(sql: Client, mark: string, send: Send): Promise<void> {
  const idOf = async (name: string) =>
    (await sql.query<{ id: string }>('SELECT id FROM res_user WHERE email = $1', [`${name}@zebra${mark}.example`]))
      .rows[0]?.id;
  const [disabled, expired] = [await idOf('disabled'), await idOf('expired')];
  await must(send, 'PUT', `/api/users/${disabled}`, { is_active: false });
  for (const table of ['auth_session', 'auth_token'])
    await sql.query(`UPDATE ${table} SET expires_at = now() - interval '1 second' WHERE user_id = $1`, [expired]);
}

/** Records of the instance, which belong to no organization. */
async function fillInstance(send: Send, attacking: string): Promise<void> {
  await must(send, 'POST', '/api/egress/entries', { entry: '192.0.2.0/24' });
  const rotation = { kind: 'data', organization_id: attacking };
  await must(send, 'POST', '/api/keys/rotations', rotation);
}

/** One record of each kind in the attacked organization. @returns the file of a param, and a connector for a consent. */
async function fill(
  http: HttpSender,
  owner: { send: Send; credentials: Credentials },
  { attacked, mark, sql }: { attacked: string; mark: string; sql: Client },
): Promise<{ fileId: string; consentId: string }> {
  const { send } = owner;
  const upload = async (purpose: string) => {
    const file = { name: `zebra${mark}.txt`, type: 'text/plain', content: `zebra${mark}` };
    const form = formWithFile(file);
    const headers = { ...form.headers, ...owner.credentials };
    const path = `/api/storage/documents?purpose=${purpose}`;
    const answer = await http.send({ method: 'POST', path, headers, body: form.body });
    if (answer.status !== 201) throw new Error(`The upload answered ${answer.status}: ${answer.text}`);
    return (JSON.parse(answer.text) as { id: string }).id;
  };
  const documentId = await upload('document');
  const fileId = await upload('config');
  await must(send, 'POST', '/api/connectors', connector(`zebra${mark} bucket`, `lion${mark}`));
  const drive = {
    name: `zebra${mark} drive`,
    category: 'storage',
    provider_type: 'google_drive',
    param_ids: [
      { key: 'client_id', value: `zebra${mark}` },
      { key: 'client_secret', value: `lion${mark}` },
    ],
  };
  const { id: consentId } = await must<{ id: string }>(send, 'POST', '/api/connectors', drive);
  const hook = {
    name: `zebra${mark} hook`,
    category: 'messaging',
    provider_type: 'webhook',
    param_ids: [
      { key: 'url', value: `https://zebra${mark}.example/hook` },
      { key: 'hmac_secret', value: `lion${mark}` },
    ],
  };
  const { id } = await must<{ id: string }>(send, 'POST', '/api/connectors', hook);
  await sql.query(`UPDATE ir_connector SET status = 'connected', is_enabled = true, is_default = true WHERE id = $1`, [
    id,
  ]);
  await must(send, 'POST', '/api/messaging/messages', { text: `zebra${mark}`, to: `zebra${mark}` });
  const mail = { to: [`someone@zebra${mark}.example`], subject: `zebra${mark}`, text: `zebra${mark}` };
  await must(send, 'POST', '/api/email/messages', { ...mail, attachments: [documentId] });
  await createToken(send, attacked, ['read']);
  return { fileId, consentId };
}

function connector(name: string, secret = 'a secret') {
  const params = {
    endpoint: 'https://storage.example',
    bucket: 'bucket',
    access_key: name.replace(' ', '-'),
    secret_key: secret,
  };
  const param_ids = Object.entries(params).map(([key, value]) => ({ key, value }));
  return { name, category: 'storage', provider_type: 's3_compatible', param_ids };
}

async function createOrganization(send: Send, name: string): Promise<string> {
  return (await must<{ id: string }>(send, 'POST', '/api/organizations', { name })).id;
}
