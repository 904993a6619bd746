import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { Listener } from './listener.js';
import { isSignedWith, parseAuthorization } from './sigv4.js';

interface Setup {
  readonly caller: { readonly accessKey: string; readonly secretKey: string };
  readonly role: { readonly arn: string; readonly externalId: string };
  readonly gives: { readonly accessKey: string; readonly secretKey: string; readonly sessionToken: string };
}

const HOUR_MS = 3_600_000;

/** The one call of Amazon's security token service that connectors use, with its signature check. */
export class StsPeer {
  /** How often a role was given. */
  asked = 0;

  private constructor(
    private readonly listener: Listener,
    private readonly setup: Setup,
  ) {}

  static async start(setup: Setup): Promise<StsPeer> {
    const listener = await Listener.http((request, response) => void peer.serve(request, response));
    const peer: StsPeer = new StsPeer(listener, setup);
    return peer;
  }

  get port(): number {
    return this.listener.port;
  }

  stop(): Promise<void> {
    return this.listener.stop();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const refusal = this.refusalOf(request, body);
    if (refusal === null) this.asked += 1;
    response.writeHead(refusal === null ? 200 : 403, { 'content-type': 'text/xml' });
    response.end(refusal === null ? this.answer() : error(refusal));
  }

  private refusalOf({ method = '', url = '', headers }: IncomingMessage, body: string): string | null {
    const authorization = parseAuthorization(headers.authorization);
    const { caller, role } = this.setup;
    if (authorization?.accessKey !== caller.accessKey) return 'InvalidClientTokenId';
    if (!isSignedWith(caller.secretKey, authorization, { method, url, headers }, body)) return 'SignatureDoesNotMatch';
    const form = new URLSearchParams(body);
    const isTrusted =
      form.get('Action') === 'AssumeRole' &&
      form.get('RoleArn') === role.arn &&
      form.get('ExternalId') === role.externalId;
    return isTrusted ? null : 'AccessDenied';
  }

  private answer(): string {
    const { accessKey, secretKey, sessionToken } = this.setup.gives;
    const expiration = new Date(Date.now() + HOUR_MS).toISOString();
    return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
      <AccessKeyId>${accessKey}</AccessKeyId><SecretAccessKey>${secretKey.replaceAll('&', '&amp;')}</SecretAccessKey>
      <SessionToken>${sessionToken}</SessionToken><Expiration>${expiration}</Expiration>
      </Credentials></AssumeRoleResult></AssumeRoleResponse>`;
  }
}

function error(code: string): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
    <Code>${code}</Code><Message>provider text</Message></Error></ErrorResponse>`;
}
