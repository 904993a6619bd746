import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Scope } from '../../src/core/access/index.js';
import { EmailService } from '../../src/foundation/email/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { deliveryPolicy, settled } from '../support/delivery.js';
import { SmtpPeer } from '../support/peers/smtp-server.js';
import { accepted, MAILS, post, upload } from './mail.js';

let app: TestApp;
let peer: SmtpPeer;
let acme: TestClient;
let member: TestClient;
let globex: TestClient;

beforeAll(async () => {
  peer = await SmtpPeer.start();
  app = await startTestApp({ env: { EDE_SMTP_URL: peer.url() }, imports: [deliveryPolicy()] });
  acme = await app.signIn('acme');
  member = await app.signIn('acme', 'member');
  globex = await app.signIn('globex');
});
afterAll(async () => {
  await app.close();
  await peer.stop();
});
beforeEach(() => peer.refusals.clear());

const many = (count: number) => Array.from({ length: count }, (_, index) => `user${index}@example.com`);

describe('POST /api/email/messages', () => {
  it.each([
    ['a CR in the subject', { subject: 'Hello\rBcc: x@example.com' }, '/subject'],
    ['a LF in the subject', { subject: 'Hello\nBcc: x@example.com' }, '/subject'],
    ['a CR and LF in a name', { to: ['Ada\r\nBcc: x@example.com <ada@example.com>'] }, '/to/0'],
    ['a LF behind an address', { to: ['ada@example.com\n'] }, '/to/0'],
    ['a LF in an address', { cc: ['ada@example.com', 'a\nb@example.com'] }, '/cc/1'],
    ['a CR in a hidden address', { bcc: ['ada\r@example.com'] }, '/bcc/0'],
    ['two addresses in one', { to: ['ada@example.com, grace@example.com'] }, '/to/0'],
    ['what is no address', { to: ['ada'] }, '/to/0'],
    ['an unclosed address', { to: ['Ada <ada@example.com'] }, '/to/0'],
    ['a second address behind the first', { to: ['<ada@example.com><x@example.com>'] }, '/to/0'],
    ['no recipient', { to: [] }, '/to'],
    ['recipients that are no list', { to: 'ada@example.com' }, '/to'],
    ['too many recipients', { to: many(60), cc: many(41) }, '/to'],
    ['a subject that is too long', { subject: 'x'.repeat(999) }, '/subject'],
    ['neither text nor html', { text: undefined }, '/text'],
    ['an empty text', { text: '' }, '/text'],
    ['a null text', { text: null }, '/text'],
    ['an unknown field', { from: 'ceo@example.com' }, '/from'],
    ['attachments that are no ids', { attachments: ['../etc/passwd'] }, '/attachments'],
    ['too many attachments', { attachments: Array.from({ length: 21 }, () => randomUUID()) }, '/attachments'],
    ['an organization that is no id', { organization_id: 'acme' }, '/organization_id'],
  ])('refuses %s with 400 and a pointer', async (_, fields, pointer) => {
    const answer = await post(acme, fields);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid_input', errors: [{ pointer }] });
    expect(answer.text).not.toContain('Bcc');
  });

  it('holds siblings in process to the same rules', async () => {
    const emails = app.get(EmailService);
    const draft = {
      to: ['ada@example.com'],
      subject: 'Hello\r\nBcc: x',
      text: 'x',
      organizationId: acme.organizationId,
    };
    await expect(emails.send(Scope.system(), draft)).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('sends for siblings in process', async () => {
    const draft = { to: ['sibling@example.com'], subject: 'Hello', text: 'x', organizationId: acme.organizationId };
    const { id, status } = await app.get(EmailService).send(Scope.system(), draft);
    expect(status).toBe('queued');
    expect(await settled(acme, `${MAILS}/${id}`)).toMatchObject({ status: 'sent', to: ['sibling@example.com'] });
  });

  it('is for admins and tokens that may send or write', async () => {
    expect((await post(app.anonymous())).status).toBe(401);
    expect((await post(member)).status).toBe(403);
    const scoped = (scopes: string[]) => acme.withToken({ scopes });
    expect((await post(await scoped(['read']))).status).toBe(403);
    expect((await post(await scoped(['send']))).status).toBe(202);
    expect((await post(await scoped(['write']))).status).toBe(202);
    const demoted = await app.signIn('acme');
    const token = await demoted.withToken({ scopes: ['send'] });
    const admin = await app.setUp();
    const membership = `/api/organizations/${acme.organizationId}/members/${demoted.identity.userId}`;
    expect((await admin.put(membership, { role: 'member' })).status).toBe(200);
    expect((await post(token)).status).toBe(403);
  });

  it('answers 404 for an organization that is not the caller’s, and for one that does not exist', async () => {
    for (const organization_id of [globex.organizationId, randomUUID()]) {
      expect((await post(acme, { organization_id })).body).toMatchObject({ status: 404, code: 'not_found' });
    }
    const unknown = await post(await app.setUp(), { organization_id: randomUUID() });
    expect(unknown.body).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('answers 404 for a document of another organization as for none', async () => {
    const foreign = await upload(globex, 'a.txt', Buffer.from('secret of globex'));
    for (const id of [foreign, randomUUID()]) {
      expect((await post(acme, { attachments: [id] })).body).toMatchObject({ status: 404, code: 'not_found' });
    }
    // Nor may one who reaches both mix them.
    const admin = await app.setUp();
    const mixed = await post(admin, { organization_id: acme.organizationId, attachments: [foreign] });
    expect(mixed.status).toBe(404);
  });

  it('refuses a document that belongs to configuration', async () => {
    const config = await upload(acme, 'key.json', Buffer.from('{}'), 'config');
    const document = await upload(acme, 'a.txt', Buffer.from('x'));
    const answer = await post(acme, { attachments: [document, config] });
    expect(answer.body).toMatchObject({
      status: 422,
      code: 'attachment_refused',
      errors: [{ pointer: '/attachments/1' }],
    });
  });

  it('refuses attachments that are too large together', async () => {
    const document = await upload(acme, 'a.bin', randomBytes(18 * 1024 ** 2));
    const answer = await post(acme, { attachments: [document, document, document] });
    expect(answer.body).toMatchObject({ status: 422, code: 'attachments_too_large' });
  });

  it('gives a repeated request its first answer and sends one mail', async () => {
    const options = { headers: { 'idempotency-key': 'mail-1' } };
    const body = { to: ['once@example.com'], subject: 'Once', text: 'x' };
    const [first, second] = [await acme.post(MAILS, body, options), await acme.post(MAILS, body, options)];
    expect(second.status).toBe(202);
    expect(second.body.id).toBe(first.body.id);
    expect((await acme.post(MAILS, { ...body, subject: 'Other' }, options)).status).toBe(422);
    await settled(acme, `${MAILS}/${first.body.id}`);
    expect(peer.mails.filter(({ to }) => to.includes('once@example.com'))).toHaveLength(1);
  });

  it('stores what a mail says and to whom only encrypted', async () => {
    const canary = `canary${randomUUID()}`;
    await accepted(acme, { to: [`${canary}@example.com`], subject: canary, text: canary, html: canary });
    const rows = await app.get(DataSource).query<object[]>('SELECT * FROM email_message');
    const stored = JSON.stringify(rows, (_, value: unknown) =>
      isBuffer(value) ? Buffer.from(value.data).toString('latin1') : value,
    );
    expect(stored).toContain('built_in');
    expect(stored).not.toContain(canary);
    expect(app.log.join('')).not.toContain(canary);
  });

  it('leaves an audit row with each step, in the same transaction', async () => {
    peer.refusals.set('refused@example.com', 550);
    const [sent, failed] = [await accepted(acme), await accepted(acme, { to: ['refused@example.com'] })];
    for (const id of [sent, failed]) await settled(acme, `${MAILS}/${id}`);
    const actions = async (id: string) =>
      app
        .get(DataSource)
        .query('SELECT action, actor_kind, actor_user_id FROM audit_event WHERE record_id = $1 ORDER BY seq', [id]);
    const queued = { action: 'email.queued', actor_kind: 'user', actor_user_id: acme.identity.userId };
    expect(await actions(sent)).toEqual([queued, { action: 'email.sent', actor_kind: 'system', actor_user_id: null }]);
    expect(await actions(failed)).toMatchObject([queued, { action: 'email.failed' }]);
  });
});

describe('reading mails', () => {
  it('shows a member the status without bodies, hidden recipients and attachments', async () => {
    const document = await upload(acme, 'a.txt', Buffer.from('x'));
    const fields = { cc: ['cc@example.com'], bcc: ['bcc@example.com'], html: '<b>x</b>', attachments: [document] };
    const id = await accepted(acme, fields);
    const full = await settled(acme, `${MAILS}/${id}`);
    expect(full).toMatchObject({ text: 'Good morning', html: '<b>x</b>', bcc: ['bcc@example.com'] });
    expect(full.attachments).toEqual([
      { document_id: document, name: 'a.txt', mime: 'application/octet-stream', size: 1 },
    ]);

    const { text, html, bcc, attachments, ...rest } = full;
    expect([text, html, bcc, attachments]).not.toContain(undefined);
    expect((await member.get(`${MAILS}/${id}`)).body).toEqual(rest);
    const listed = (await member.get(MAILS)).body.items.find((item: { id: string }) => item.id === id);
    expect(listed).toEqual(rest);
  });

  it('hides mails of other organizations', async () => {
    const id = await accepted(acme);
    const [foreign, unknown] = [await globex.get(`${MAILS}/${id}`), await globex.get(`${MAILS}/${randomUUID()}`)];
    expect(foreign.status).toBe(404);
    expect({ ...foreign.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
    expect((await globex.get(MAILS)).body).toEqual({ items: [], next_cursor: null });
    expect((await globex.get(`${MAILS}?organization_id=${acme.organizationId}`)).status).toBe(404);
    expect((await app.anonymous().get(`${MAILS}/${id}`)).status).toBe(401);
    expect((await acme.get(`${MAILS}/no-id`)).body).toMatchObject({ status: 400, code: 'invalid_id' });
  });

  it('lists newest first in pages that lose and repeat nothing, by status when asked', async () => {
    const initech = await app.signIn('initech');
    peer.refusals.set('refused@example.com', 550);
    const ids: string[] = [];
    for (const to of [
      'a@example.com',
      'refused@example.com',
      'b@example.com',
      'refused@example.com',
      'c@example.com',
    ]) {
      ids.push(await accepted(initech, { to: [to] }));
    }
    for (const id of ids) await settled(initech, `${MAILS}/${id}`);

    const pages = async (query: string) => {
      const found: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { body } = await initech.get(`${MAILS}?limit=2${query}${cursor === '' ? '' : `&cursor=${cursor}`}`);
        found.push(...body.items.map(({ id }: { id: string }) => id));
        cursor = body.next_cursor;
      }
      return found;
    };
    expect(await pages('')).toEqual([...ids].reverse());
    expect(await pages('&status=failed')).toEqual([ids[3], ids[1]]);
    expect(await pages('&status=queued')).toEqual([]);
    const { next_cursor } = (await initech.get(`${MAILS}?limit=2`)).body;
    expect((await initech.get(`${MAILS}?status=sent&cursor=${next_cursor}`)).status).toBe(400);
    expect((await initech.get(`${MAILS}?status=lost`)).status).toBe(400);
  });

  it('lists a damaged mail without its content, beside the others', async () => {
    const hooli = await app.signIn('hooli');
    const [whole, damaged] = [
      await accepted(hooli, { subject: 'Whole' }),
      await accepted(hooli, { subject: 'Damaged' }),
    ];
    for (const id of [whole, damaged]) await settled(hooli, `${MAILS}/${id}`);
    await app
      .get(DataSource)
      .query(`UPDATE email_message SET envelope = set_byte(envelope, 40, get_byte(envelope, 40) # 1) WHERE id = $1`, [
        damaged,
      ]);
    const { items } = (await hooli.get(MAILS)).body;
    expect(items).toMatchObject([
      { id: damaged, status: 'sent', is_unreadable: true, subject: '', to: [], cc: [] },
      { id: whole, status: 'sent', is_unreadable: false, subject: 'Whole' },
    ]);
    expect((await hooli.get(`${MAILS}/${damaged}`)).body).toMatchObject({ status: 409, code: 'secret_unreadable' });
  });
});

describe('without a mail server and a connector', () => {
  it('refuses mails with 422 no_connector and stores nothing', async () => {
    const bare = await startTestApp();
    try {
      const admin = await bare.setUp();
      expect((await post(admin)).body).toMatchObject({ status: 422, code: 'no_connector' });
      expect((await post(admin, { subject: 'a\nb' })).status).toBe(400);
      expect((await admin.get(MAILS)).body.items).toEqual([]);
    } finally {
      await bare.close();
    }
  });
});

function isBuffer(value: unknown): value is { type: 'Buffer'; data: number[] } {
  return typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'Buffer';
}
