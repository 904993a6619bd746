import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import type { DeliveryPolicy } from '../../src/core/delivery/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { deliveryPolicy, settled, until } from '../support/delivery.js';
import { MemoryWatch } from '../support/memory-watch.js';
import { certificateFor } from '../support/peers/certificate.js';
import { SmtpPeer, type SmtpPeerOptions } from '../support/peers/smtp-server.js';
import { accepted, delivered, MAILS, post, upload } from './mail.js';
import { breakReads, countReads, standstill } from './document-reads.js';

const certificate = certificateFor(['127.0.0.1']);
let folder = '';
let running: { app: TestApp; peer: SmtpPeer } | null = null;

/** An application whose built-in transport is a mail server of its own. */
async function start(
  options: SmtpPeerOptions = {},
  query = '',
  policy: Partial<DeliveryPolicy> = {},
): Promise<{ admin: TestClient; peer: SmtpPeer }> {
  const peer = await SmtpPeer.start(options);
  const env = { EDE_SMTP_URL: peer.url(query), EDE_SMTP_FROM: 'EDE <ede@example.com>' };
  const app = await startTestApp({ env, imports: [deliveryPolicy(policy)] });
  running = { app, peer };
  return { admin: await app.setUp(), peer };
}

const withCa = (query = '') => `?ca_file=${encodeURIComponent(join(folder, 'ca.pem'))}${query}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ede-smtp-'));
  await writeFile(join(folder, 'ca.pem'), certificate.cert);
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  await running?.app.close();
  await running?.peer.stop();
  running = null;
});

describe('the built-in mail transport', () => {
  it('sends a mail as it was given, hidden recipients in the envelope only', async () => {
    const { admin, peer } = await start();
    const answer = await post(admin, {
      to: ['Ada Lovelace <ada@example.com>', '"Hopper, Grace" <grace@example.com>'],
      cc: ['linus@localhost'],
      bcc: ['hidden@example.com'],
      subject: 'Grüße aus Zürich ✓',
      text: 'Plain ✓',
      html: '<p>Rich ✓</p>',
    });
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({ id: answer.body.id, status: 'queued' });

    const mail = await settled(admin, `${MAILS}/${answer.body.id}`);

    expect(mail).toMatchObject({ status: 'sent', attempts: 1, last_error: null, connector_id: null });
    expect(mail).toMatchObject({ provider_type: 'built_in', next_attempt_at: null });
    const [received] = peer.mails;
    expect(received).toMatchObject({ from: 'ede@example.com' });
    expect(received?.to).toEqual(['ada@example.com', 'grace@example.com', 'linus@localhost', 'hidden@example.com']);
    const headers = received?.raw.split('\r\n\r\n')[0] ?? '';
    expect(headers).toContain('From: EDE <ede@example.com>');
    expect(headers).toMatch(/^To: Ada Lovelace <ada@example\.com>,\s+"Hopper, Grace"\s+<grace@example\.com>/m);
    expect(headers).toContain(`Message-ID: <${answer.body.id}@example.com>`);
    expect(headers).not.toContain('hidden');
    expect(decodedSubject(headers)).toBe('Grüße aus Zürich ✓');
  });

  it('carries attachments byte for byte, under their names', async () => {
    const { admin, peer } = await start();
    const [one, two] = [randomBytes(100_000), Buffer.from('short')];
    const attachments = [await upload(admin, 'größe.bin', one), await upload(admin, 'b.bin', two)];

    const mail = await delivered(admin, { attachments });

    expect(mail.attachments).toEqual([
      { document_id: attachments[0], name: 'größe.bin', mime: 'application/octet-stream', size: 100_000 },
      { document_id: attachments[1], name: 'b.bin', mime: 'application/octet-stream', size: 5 },
    ]);
    expect(attachmentsOf(peer.mails[0]?.raw ?? '')).toEqual([one, two]);
  });

  it('reads no more of a 25 MB attachment than the mail server takes', async () => {
    const { admin, peer } = await start();
    const content = randomBytes(25 * 1024 ** 2);
    const document = await upload(admin, 'large.bin', content);
    let open: () => void = () => undefined;
    peer.gate = new Promise((resolve) => (open = resolve));
    const pulled = countReads(running!.app);

    const id = await accepted(admin, { attachments: [document] });
    await until(
      () => peer.begun,
      (begun) => begun === 1,
    );
    await standstill(() => pulled.bytes);

    // What is on its way lies in socket buffers of the system; the rest is still in the storage.
    expect(pulled.bytes).toBeLessThan(content.length / 2);
    open();
    expect(await settled(admin, `${MAILS}/${id}`)).toMatchObject({ status: 'sent' });
    expect(pulled.bytes).toBe(content.length);
    expect(peer.mails[0]?.bytes).toBeGreaterThan((content.length * 4) / 3);
  });

  it('holds little in memory of a 25 MB attachment', async () => {
    const { admin, peer } = await start();
    const content = randomBytes(25 * 1024 ** 2);
    const document = await upload(admin, 'large.bin', content);
    const watch = MemoryWatch.start();
    const id = await accepted(admin, { attachments: [document] });
    expect(await settled(admin, `${MAILS}/${id}`)).toMatchObject({ status: 'sent' });
    expect(watch.stop()).toBeLessThan(content.length / 2);
    expect(peer.mails[0]?.bytes).toBeGreaterThan((content.length * 4) / 3);
  });

  it('encrypts when the server offers STARTTLS, and trusts only the given authority', async () => {
    const { admin, peer } = await start({ tls: 'starttls', certificate }, withCa());
    expect(await delivered(admin)).toMatchObject({ status: 'sent' });
    expect(peer.mails[0]).toMatchObject({ isEncrypted: true });
  });

  it('does not send to a server whose certificate is not trusted', async () => {
    const { admin, peer } = await start({ tls: 'starttls', certificate });
    const mail = await delivered(admin);
    expect(mail).toMatchObject({ status: 'failed', attempts: 3 });
    expect(mail.last_error).toMatch(/certificate/i);
    expect(peer.mails).toEqual([]);
  });

  it('does not send to a server whose certificate is for another host', async () => {
    const other = certificateFor(['other.example.com']);
    await writeFile(join(folder, 'other.pem'), other.cert);
    const query = `?ca_file=${encodeURIComponent(join(folder, 'other.pem'))}`;
    const { admin, peer } = await start({ tls: 'starttls', certificate: other }, query);
    expect((await delivered(admin)).last_error).toMatch(/another name/);
    expect(peer.mails).toEqual([]);
  });

  it('sends nothing in the clear when TLS is required', async () => {
    const { admin, peer } = await start({}, '?require_tls=true');
    const mail = await delivered(admin);
    expect(mail).toMatchObject({
      status: 'failed',
      last_error: 'The connection to the mail server could not be encrypted',
    });
    expect(peer.begun).toBe(0);
  });

  it('signs in over TLS from the first byte', async () => {
    const account = { user: 'ede', password: 'correct-horse' };
    const { admin, peer } = await start({ tls: 'implicit', certificate, account }, withCa());
    expect(await delivered(admin)).toMatchObject({ status: 'sent' });
    expect(peer.mails[0]).toMatchObject({ isEncrypted: true, user: 'ede' });
  });

  it('fails at once when the sign-in is refused, and shows no password', async () => {
    const account = { user: 'ede', password: 'correct-horse' };
    const peer = await SmtpPeer.start({ account });
    const url = peer.url().replace('correct-horse', 'wrong-battery-staple');
    const app = await startTestApp({ env: { EDE_SMTP_URL: url }, imports: [deliveryPolicy()] });
    running = { app, peer };
    const mail = await delivered(await app.setUp());
    expect(mail).toMatchObject({
      status: 'failed',
      attempts: 1,
      last_error: 'The mail server refused the sign-in (reply 535)',
    });
    expect(app.log.join('')).not.toContain('wrong-battery-staple');
  });
});

describe('what a mail server refuses', () => {
  it('fails at once when every recipient is refused for good', async () => {
    const { admin, peer } = await start();
    peer.refusals.set('ada@example.com', 550);
    const mail = await delivered(admin);
    expect(mail).toMatchObject({
      status: 'failed',
      attempts: 1,
      last_error: 'The mail server refused every recipient (reply 550)',
    });
    expect(mail.finished_at).not.toBeNull();
  });

  it('is tried again when a recipient is refused for now, three times in all', async () => {
    const { admin, peer } = await start();
    peer.refusals.set('ada@example.com', 450);
    const mail = await delivered(admin);
    expect(mail).toMatchObject({
      status: 'failed',
      attempts: 3,
      last_error: 'The mail server takes no mail at the moment (reply 450)',
    });
  });

  it('is told by place when only some recipients are refused', async () => {
    const { admin, peer } = await start();
    peer.refusals.set('grace@example.com', 550).set('secret@example.com', 450);
    const mail = await delivered(admin, {
      to: ['ada@example.com', 'grace@example.com'],
      bcc: ['x@example.com', 'secret@example.com'],
    });
    expect(mail).toMatchObject({ status: 'sent', attempts: 1, last_error: '2 of 4 recipients refused: to 2, bcc 2' });
    expect(peer.mails[0]?.to).toEqual(['ada@example.com', 'x@example.com']);
  });

  it('fails at once when the message itself is refused', async () => {
    const { admin, peer } = await start();
    peer.dataReply = 554;
    expect(await delivered(admin)).toMatchObject({
      status: 'failed',
      attempts: 1,
      last_error: 'The mail server refused the message (reply 554)',
    });
  });
});

describe('a mail server in trouble', () => {
  it('gets the mail again after it cut the connection in the middle', async () => {
    const { admin, peer } = await start();
    peer.cuts = 2;
    const mail = await delivered(admin, { text: 'x'.repeat(500_000) });
    expect(mail).toMatchObject({ status: 'sent', attempts: 3 });
    expect(peer.mails).toHaveLength(1);
  });

  it('that is down lets the mail fail after its attempts, with the reason', async () => {
    const { admin, peer } = await start();
    await peer.stop();
    const mail = await delivered(admin);
    expect(mail).toMatchObject({ status: 'failed', attempts: 3, last_error: 'The connection was refused' });
  });
});

describe('an attachment that is lost before its mail is sent', () => {
  it('fails the mail at once, and no mail without it leaves', async () => {
    const { admin, peer } = await start({}, '', { perOrganization: 1 });
    const document = await upload(admin, 'a.bin', randomBytes(10));
    let open: () => void = () => undefined;
    peer.gate = new Promise((resolve) => (open = resolve));
    const first = await accepted(admin);
    await until(
      () => peer.begun,
      (begun) => begun === 1,
    );
    const second = await accepted(admin, { attachments: [document] });
    expect((await admin.delete(`/api/storage/documents/${document}`)).status).toBe(204);
    open();

    expect(await settled(admin, `${MAILS}/${second}`)).toMatchObject({
      status: 'failed',
      attempts: 1,
      last_error: 'An attachment no longer exists',
      attachments: [{ document_id: null, name: 'a.bin' }],
    });
    expect(await settled(admin, `${MAILS}/${first}`)).toMatchObject({ status: 'sent' });
    expect(peer.mails).toHaveLength(1);
  });

  it('is sent to nobody in part when the storage breaks off, but whole once it is back', async () => {
    const { admin, peer } = await start();
    const content = randomBytes(400_000);
    const document = await upload(admin, 'a.bin', content);
    breakReads(running!.app, 2);
    const mail = await delivered(admin, { attachments: [document] });
    expect(mail).toMatchObject({ status: 'sent', attempts: 3 });
    expect(peer.begun).toBeGreaterThan(1);
    expect(peer.mails).toHaveLength(1);
    expect(attachmentsOf(peer.mails[0]?.raw ?? '')).toEqual([content]);
  });
});

function decodedSubject(headers: string): string {
  const folded = /^Subject: ((?:.*)(?:\r\n[ \t].*)*)/m.exec(headers)?.[1] ?? '';
  const words = folded.replace(/\?=\s+=\?/g, '?==?');
  return words.replace(/=\?UTF-8\?Q\?([^?]*)\?=/g, (_, word: string) =>
    decodeURIComponent(word.replaceAll('_', '%20').replaceAll('=', '%')),
  );
}

/** The decoded attachments of a raw message. */
function attachmentsOf(raw: string): Buffer[] {
  const parts = raw.split('\r\n--').filter((part) => /Content-Disposition: attachment/i.test(part));
  return parts.map((part) => Buffer.from(part.slice(part.indexOf('\r\n\r\n') + 4), 'base64'));
}
