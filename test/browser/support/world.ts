import { startTestApp, type TestApp } from '../../support/app.js';
import type { TestClient } from '../../support/client.js';
import { deliveryPolicy, settled } from '../../support/delivery.js';
import { startS3Peer, type S3Peer } from '../../support/peers/s3-peer.js';
import { SmtpPeer } from '../../support/peers/smtp-server.js';
import { ScriptedModule } from '../../support/scripted-provider.js';
import { ScriptedSenders } from '../../support/scripted-senders.js';
import { activeConnector } from '../../support/active-connector.js';

/** Ids of what an organization in use has. */
export interface Records {
  readonly connectorId: string;
  readonly brokenConnectorId: string;
  readonly mailId: string;
  readonly messageId: string;
  readonly documentId: string;
  readonly organizationId: string;
  readonly userId: string;
}

/** The whole application with a bucket and a mail server beside it. */
export class World {
  private constructor(
    readonly app: TestApp,
    readonly s3: S3Peer,
    readonly smtp: SmtpPeer,
  ) {}

  static async start(): Promise<World> {
    const [s3, smtp] = [await startS3Peer(), await SmtpPeer.start()];
    const app = await startTestApp({
      env: { EDE_EGRESS_ALLOW: `127.0.0.1:${s3.port}`, EDE_SMTP_URL: smtp.url() },
      imports: [deliveryPolicy(), ScriptedSenders, ScriptedModule],
    });
    return new World(app, s3, smtp);
  }

  /** The params of a connector to the bucket. */
  s3Params(secretKey = this.s3.keys.secretKey): object[] {
    return [
      { key: 'endpoint', value: this.s3.endpoint },
      { key: 'region', value: this.s3.keys.region },
      { key: 'bucket', value: this.s3.bucket },
      { key: 'access_key', value: this.s3.keys.accessKey },
      { key: 'secret_key', value: secretKey },
      { key: 'force_path_style', value: 'true' },
    ];
  }

  /** Fills an organization with a little of everything. */
  async populate(admin: TestClient): Promise<Records> {
    const main = await admin.createConnector({ name: 'Acme documents', is_default: true, param_ids: this.s3Params() });
    await ok(admin.post(`/api/connectors/${main.id as string}/test`));
    await ok(admin.post(`/api/connectors/${main.id as string}/activate`));
    const broken = await admin.createConnector({ name: 'Old archive', param_ids: this.s3Params('not the secret') });
    await ok(admin.post(`/api/connectors/${broken.id as string}/test`));
    await admin.createConnector({ name: '<img src=x onerror=alert(1)>', provider_type: 'google_drive' });
    await activeConnector(admin, 'messaging', 'Team chat');
    const document = await ok(
      admin
        .raw('post', '/api/storage/documents')
        .attach('file', Buffer.from('The minutes of the meeting'), 'minutes of the meeting.txt'),
    );
    const mail = { to: ['someone@example.com'], subject: 'Minutes', text: 'Attached.', attachments: [document.id] };
    const { id: mailId } = await ok(admin.post('/api/email/messages', mail));
    const { id: messageId } = await ok(admin.post('/api/messaging/messages', { text: 'The build is green' }));
    await settled(admin, `/api/email/messages/${mailId}`);
    await settled(admin, `/api/messaging/messages/${messageId}`);
    this.smtp.refusals.set('nobody@example.com', 550);
    const refused = await ok(admin.post('/api/email/messages', { ...mail, to: ['nobody@example.com'] }));
    await settled(admin, `/api/email/messages/${refused.id}`);
    await ok(admin.post('/api/auth/tokens', { name: 'Nightly export', scopes: ['read'] }));
    return {
      connectorId: main.id as string,
      brokenConnectorId: broken.id as string,
      mailId,
      messageId,
      documentId: document.id,
      organizationId: admin.organizationId,
      userId: admin.identity.userId,
    };
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.smtp.stop();
    await this.s3.stop();
  }
}

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly body: unknown;
}

async function ok(call: PromiseLike<Answered>): Promise<{ id: string }> {
  const { status, text, body } = await call;
  if (status >= 300) throw new Error(`Answered ${status}: ${text}`);
  return body as { id: string };
}
