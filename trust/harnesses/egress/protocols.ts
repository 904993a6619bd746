import { randomUUID } from 'node:crypto';
import { request as requestHttps } from 'node:https';
import type { Egress, SocketTarget } from '../../../src/core/egress/index.js';
import type { BuiltDoor } from './door.js';

/** Tries to reach a host (IPv6 in brackets) on a port; rejects or resolves, either way. */
export type Protocol = (door: BuiltDoor, host: string, port: number) => Promise<unknown>;

const ATTEMPT_MS = 5_000;
const signal = () => AbortSignal.timeout(ATTEMPT_MS);
const bare = (host: string) => host.replace(/^\[|\]$/g, '');

/** Every way out that a connector has, by the code that ships. */
export const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  'HTTP GET': ({ egress }, host, port) => egress.request(`http://${host}:${port}/`, { signal: signal() }),
  'HTTPS GET': ({ egress }, host, port) => egress.request(`https://${host}:${port}/`, { signal: signal() }),
  SOCKET: ({ egress }, host, port) => egress.connect({ host: bare(host), port }, signal()),
  'TLS SOCKET': ({ egress }, host, port) => egress.connect({ host, port, tls: true }, signal()),
  SMTP: sendMail,
  S3: (door, host, port) => statObject(door, `http://${host}:${port}`),
  'S3 over TLS': (door, host, port) => statObject(door, `https://${host}:${port}`),
  'SDK AGENT': agentRequest,
  'TOKEN URL': ({ egress, users }, host, port) =>
    new users.TokenClient(egress).exchangeAssertion(`https://${host}:${port}/token`, 'a.b.c', signal()),
  WEBHOOK: sendMessage,
  PROBE: ({ egress, users }, host, port) =>
    egress.probe(`https://${host}:${port}/`, new users.ConnectionTest(signal())),
};

/** As a connector with a mail server would: the host is not the operator's. */
function sendMail({ egress, users }: BuiltDoor, host: string, port: number): Promise<unknown> {
  const asTenant = {
    connect: (target: SocketTarget, aborted: AbortSignal) =>
      egress.connect({ ...target, isSetByOperator: false }, aborted),
  } as Egress;
  const server = {
    host: bare(host),
    port,
    isImplicitTls: false,
    isTlsRequired: false,
    credentials: null,
    caFile: null,
  };
  const from = { name: null, address: 'a@example.com' };
  const sender = new users.SmtpSender({ server, from, ca: null }, asTenant);
  const lists = { to: [from], cc: [], bcc: [], attachments: [] };
  const mail = { id: randomUUID(), date: new Date(), subject: 's', text: 't', html: null, ...lists };
  return sender.sendMessage(mail, { signal: signal() });
}

async function statObject({ egress, users }: BuiltDoor, endpoint: string): Promise<unknown> {
  const keys = { accessKeyId: 'canary', secretAccessKey: 'canary' };
  const options = { endpoint: new URL(endpoint), region: 'us-east-1', bucket: 'bucket', isPathStyle: true, keys };
  const connection = new users.S3Connection(options, egress);
  return connection.stat('key', { signal: signal() });
}

/** Any SDK that takes an agent. */
function agentRequest({ egress }: BuiltDoor, host: string, port: number): Promise<unknown> {
  const { httpsAgent, destroy } = egress.httpAgents();
  return new Promise((resolve, reject) => {
    requestHttps({ host: bare(host), port, agent: httpsAgent, signal: signal() }, resolve)
      .on('error', reject)
      .end();
  }).finally(destroy);
}

function sendMessage({ egress, users }: BuiltDoor, host: string, port: number): Promise<unknown> {
  const connection = new users.WebhookConnection(
    {
      url: `https://${host}:${port}/`,
      method: 'POST',
      headers: { authorization: 'canary' },
      template: '{"text":{{text}}}',
      hmacSecret: undefined,
      testUrl: undefined,
    },
    egress,
  );
  const message = { id: randomUUID(), date: new Date(), text: 't', to: null, threadId: null };
  return connection.sendMessage(message, { signal: signal() });
}
