import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { activeConnector } from '../support/active-connector.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { deliveryPolicy, reached, settled, until } from '../support/delivery.js';
import { SmtpPeer } from '../support/peers/smtp-server.js';
import { ScriptedEmailProvider, ScriptedSenders } from '../support/scripted-senders.js';
import { accepted, delivered, MAILS, post } from './mail.js';

let app: TestApp;
let peer: SmtpPeer;
let acme: TestClient;
let service: ScriptedEmailProvider['sink'];

beforeEach(async () => {
  peer = await SmtpPeer.start();
  app = await startTestApp({
    env: { EDE_SMTP_URL: peer.url() },
    imports: [ScriptedSenders, deliveryPolicy({ perOrganization: 1, attemptMs: 2_000 })],
  });
  acme = await app.signIn('acme');
  service = app.get(ScriptedEmailProvider).sink;
});
afterEach(async () => {
  await app.close();
  await peer.stop();
});

describe('the way of a mail', () => {
  it('is the active default connector of its own organization', async () => {
    const id = await activeConnector(acme, 'email', 'acme');
    const globex = await app.signIn('globex');

    const mail = await delivered(acme);
    expect(mail).toMatchObject({ status: 'sent', connector_id: id, provider_type: 'scripted_email' });
    expect(mail.remote_id).toBe(`remote-${mail.id}`);
    expect(service.sent).toMatchObject([{ label: 'acme', message: { id: mail.id, subject: 'Hello' } }]);
    expect(service.disposed).toBe(2); // of the test and of the mail
    expect(peer.mails).toEqual([]);

    expect(await delivered(globex)).toMatchObject({ status: 'sent', connector_id: null, provider_type: 'built_in' });
    expect(peer.mails).toHaveLength(1);
  });

  it('is the built-in transport when the default is disabled', async () => {
    const id = await activeConnector(acme, 'email', 'acme');
    await acme.post(`/api/connectors/${id}/deactivate`);
    expect(await delivered(acme)).toMatchObject({ status: 'sent', connector_id: null, provider_type: 'built_in' });
    expect(service.begun).toBe(0);
  });

  it('never falls back to the built-in transport from a connector that fails', async () => {
    const id = await activeConnector(acme, 'email', 'acme');
    service.script.push('fail', 'fail', 'fail');
    const mail = await delivered(acme);
    expect(mail).toMatchObject({ status: 'failed', attempts: 3, connector_id: id });
    expect(mail.last_error).toBe('The scripted service is away');
    expect(peer.mails).toEqual([]);
  });

  it('is the connector that is active when the mail is sent, not when it was accepted', async () => {
    await activeConnector(acme, 'email', 'first');
    const gate = gateOf();
    service.script.push(gate.closed);
    await accepted(acme);
    await until(
      () => service.begun,
      (begun) => begun === 1,
    );
    const waiting = await accepted(acme);
    const second = await activeConnector(acme, 'email', 'second');
    gate.open();

    expect(await settled(acme, `${MAILS}/${waiting}`)).toMatchObject({ status: 'sent', connector_id: second });
    expect(service.sent.map(({ label }) => label)).toEqual(['first', 'second']);
  });

  it('ends with 502 when the provider of the active default is not available', async () => {
    const id = await activeConnector(acme, 'email', 'acme');
    await app.get(DataSource).query(`UPDATE ir_connector SET provider_type = 'gone' WHERE id = $1`, [id]);
    const answer = await post(acme);
    expect(answer.body).toMatchObject({ status: 502, code: 'connection_failed' });
    expect((await acme.get(MAILS)).body.items).toEqual([]);
  });

  it('fails a mail for which nothing is left that could send it', async () => {
    const bare = await startTestApp({ imports: [ScriptedSenders, deliveryPolicy({ perOrganization: 1 })] });
    try {
      const admin = await bare.setUp();
      const id = await activeConnector(admin, 'email', 'only');
      const gate = gateOf();
      bare.get(ScriptedEmailProvider).sink.script.push(gate.closed);
      await accepted(admin);
      await until(
        () => bare.get(ScriptedEmailProvider).sink.begun,
        (begun) => begun === 1,
      );
      const waiting = await accepted(admin);
      await admin.post(`/api/connectors/${id}/deactivate`);
      gate.open();
      const mail = await settled(admin, `${MAILS}/${waiting}`);
      expect(mail).toMatchObject({ status: 'failed', last_error: 'There is no active connector that could send this' });
      expect((await post(admin)).body).toMatchObject({ status: 422, code: 'no_connector' });
    } finally {
      await bare.close();
    }
  });
});

describe('a failing connector', () => {
  it('gives the mail up at once when it refuses it', async () => {
    await activeConnector(acme, 'email', 'acme');
    service.script.push('refuse');
    expect(await delivered(acme)).toMatchObject({
      status: 'failed',
      attempts: 1,
      last_error: 'The scripted service refused it',
    });
  });

  it('has its secrets taken out of the reason, and internal errors never shown', async () => {
    await activeConnector(acme, 'email', 'acme');
    service.script.push('leak', 'leak', 'leak', 'crash', 'crash', 'crash');
    expect((await delivered(acme)).last_error).toBe('The scripted service does not know [secret]');
    expect((await delivered(acme)).last_error).toBe('The message could not be sent');
    expect(app.log.join('')).not.toContain('token-of-acme');
  });

  it('is asked again no sooner than it wants', async () => {
    await activeConnector(acme, 'email', 'acme');
    service.script.push('delay');
    const id = await accepted(acme);
    await until(
      () => service.begun,
      (begun) => begun === 1,
    );
    const mail = await reached(acme, `${MAILS}/${id}`, 'queued');
    expect(mail).toMatchObject({ attempts: 1, last_error: 'The scripted service is busy' });
    expect(Date.parse(mail.next_attempt_at) - Date.parse(mail.created_at)).toBeGreaterThanOrEqual(3_600_000);
  });

  it('that does not end is left after the time for one attempt', async () => {
    await activeConnector(acme, 'email', 'acme');
    service.script.push('ignore_abort');
    const mail = await delivered(acme);
    expect(mail).toMatchObject({ status: 'sent', attempts: 2, last_error: null });
  });

  it('does not hold up the mails of other organizations', async () => {
    await activeConnector(acme, 'email', 'acme');
    const gate = gateOf();
    service.script.push(gate.closed);
    const stuck = await accepted(acme);
    const behind = await accepted(acme);
    const globex = await app.signIn('globex');
    expect(await delivered(globex)).toMatchObject({ status: 'sent' });
    expect((await acme.get(`${MAILS}/${stuck}`)).body.status).toBe('sending');
    expect((await acme.get(`${MAILS}/${behind}`)).body.status).toBe('queued');
    gate.open();
    await settled(acme, `${MAILS}/${behind}`);
  });
});

describe('a connector that mails wait for', () => {
  it('is in use until they are sent, and may go afterwards', async () => {
    const id = await activeConnector(acme, 'email', 'acme');
    const gate = gateOf();
    service.script.push(gate.closed);
    const [sending, queued] = [await accepted(acme), await accepted(acme)];
    await reached(acme, `${MAILS}/${sending}`, 'sending');

    const refused = await acme.delete(`/api/connectors/${id}`);
    expect(refused.body).toMatchObject({
      status: 409,
      code: 'connector_in_use',
      uses: [{ kind: 'email_messages', count: 2 }],
    });
    expect((await acme.get(`/api/connectors/${id}/usages`)).body.items).toEqual([{ kind: 'email_messages', count: 2 }]);

    gate.open();
    for (const mail of [sending, queued]) await settled(acme, `${MAILS}/${mail}`);
    expect((await acme.delete(`/api/connectors/${id}`)).status).toBe(204);
    expect((await acme.get(`${MAILS}/${queued}`)).body).toMatchObject({
      status: 'sent',
      connector_id: null,
      provider_type: 'scripted_email',
    });
  });
});

function gateOf(): { closed: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (open = resolve));
  return { closed, open: () => open() };
}
