import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmulator, type Emulator, type ServiceName } from 'emulate';
import { ContractFake, type RouteAnswer } from './contract-fake.js';
import type { FakeHead, FakeRequest } from './fake-request.js';
import { Listener } from './listener.js';
import { ResumableUploads } from './resumable-uploads.js';

const GMAIL_SEND = '/upload/gmail/v1/users/me/messages/send';

export interface EmulatedClient {
  readonly id: string;
  readonly secret: string;
  readonly redirectUri: string;
}

type RawAnswer = RouteAnswer & { readonly body: Buffer };

/**
 * A vendor as the package `emulate` plays it, behind a front that mends where it deviates: Google's token endpoint has
 * another path there, Gmail takes no resumable upload, and Slack's answers lack the header with the granted scopes.
 * What else it does differently, nothing relies on: any token is good, there is no Gmail profile, encoded words in
 * headers stay encoded.
 */
export class EmulatedVendor {
  private scopes = '';

  private constructor(
    readonly front: ContractFake,
    private readonly emulator: Emulator,
    private readonly address: string,
    private readonly folder: string,
  ) {}

  static google(client: EmulatedClient, mailbox: string): Promise<EmulatedVendor> {
    const oauth_clients = [clientSeed(client)];
    return EmulatedVendor.start('google', { users: [{ email: mailbox }], oauth_clients }, (vendor) => {
      const uploads = new ResumableUploads<FakeHead['headers']>(vendor.folder);
      vendor
        .pass('GET /o/oauth2/v2/auth', 'POST /o/oauth2/v2/auth/callback')
        .front.on('POST /token', (request) => vendor.forward(request, '/oauth2/token'))
        .on(`POST ${GMAIL_SEND}`, (request) => uploads.begin(request, request.headers))
        .on(`PUT ${GMAIL_SEND}`, (request) =>
          uploads.take(request, async ({ about, mimeType, file }) => {
            const headers = { authorization: about.authorization ?? '', 'content-type': mimeType };
            return vendor.ask(`${GMAIL_SEND}?uploadType=media`, 'POST', headers, await readFile(file));
          }),
        );
    });
  }

  static slack(client: EmulatedClient, channel: string): Promise<EmulatedVendor> {
    const seed = {
      users: [{ name: 'ada', email: 'ada@acme.example' }],
      channels: [{ name: channel }],
      oauth_apps: [{ ...clientSeed(client), scopes: ['chat:write'] }],
    };
    return EmulatedVendor.start('slack', seed, (vendor) => {
      vendor
        .pass('GET /oauth/v2/authorize', 'POST /oauth/v2/authorize/callback', 'POST /api/chat.postMessage')
        .front.on('POST /api/oauth.v2.access', async (request) => {
          const answer = await vendor.forward(request);
          vendor.scopes = (JSON.parse(answer.body.toString()) as { scope?: string }).scope ?? '';
          return answer;
        })
        .on('POST /api/auth.test', async (request) => {
          const answer = await vendor.forward(request);
          return { ...answer, headers: { ...answer.headers, 'x-oauth-scopes': vendor.scopes } };
        });
    });
  }

  /** Gives the consent as one of the accounts. @returns where the browser is sent back to. */
  static async consent(authorizationUrl: string, account: string): Promise<URL> {
    const page = await (await fetch(authorizationUrl)).text();
    const form = page.split('<form ').find((part) => part.includes(`>${account}<`)) ?? '';
    const body = new URLSearchParams();
    for (const [, name = '', value] of form.matchAll(/name="([^"]*)" value="([^"]*)"/g))
      body.set(name, unescaped(value));
    const action = new URL(/action="([^"]*)"/.exec(form)?.[1] ?? '', authorizationUrl);
    const answer = await fetch(action, { method: 'POST', body, redirect: 'manual' });
    return new URL(answer.headers.get('location') ?? '');
  }

  get origin(): string {
    return this.front.origin;
  }

  /** Asks the emulator itself. */
  async inspect<T>(path: string, method = 'GET', body?: string): Promise<T> {
    const headers = { authorization: 'Bearer anything', 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await this.ask(path, method, headers, body);
    return JSON.parse(answer.body.toString() || 'null') as T;
  }

  async stop(): Promise<void> {
    await this.front.stop();
    await this.emulator.close();
    await rm(this.folder, { recursive: true });
  }

  private static async start(
    service: ServiceName,
    seed: object,
    serve: (vendor: EmulatedVendor) => void,
  ): Promise<EmulatedVendor> {
    const port = await freePort();
    // Its address stands in identity tokens as their issuer, which must be the vendor's own.
    const baseUrl = service === 'google' ? 'https://accounts.google.com' : `http://127.0.0.1:${port}`;
    const emulator = await createEmulator({ service, port, baseUrl, seed: { [service]: seed } });
    const vendor = new EmulatedVendor(
      await ContractFake.start(),
      emulator,
      `http://127.0.0.1:${port}`,
      await mkdtemp(join(tmpdir(), 'ede-emulated-')),
    );
    serve(vendor);
    return vendor;
  }

  private pass(...routes: string[]): this {
    for (const route of routes) this.front.on(route, (request) => this.forward(request));
    return this;
  }

  private async forward(request: FakeRequest, path = request.path): Promise<RawAnswer> {
    const { method, query } = request;
    const headers = Object.fromEntries(
      ['authorization', 'content-type'].map((name) => [name, String(request.headers[name] ?? '')]),
    );
    return this.ask(`${path}?${query.toString()}`, method, headers, await request.bytes());
  }

  private async ask(
    path: string,
    method: string,
    headers: Record<string, string>,
    body?: string | Buffer,
  ): Promise<RawAnswer> {
    const content = method === 'GET' ? {} : { body: body ?? '' };
    const answer = await fetch(`${this.address}${path}`, { method, headers, redirect: 'manual', ...content });
    const kept = [...answer.headers].filter(([name]) => name === 'content-type' || name === 'location');
    return { status: answer.status, headers: Object.fromEntries(kept), body: Buffer.from(await answer.arrayBuffer()) };
  }
}

function clientSeed({ id, secret, redirectUri }: EmulatedClient): object {
  return { client_id: id, client_secret: secret, name: 'EDE', redirect_uris: [redirectUri] };
}

/** An emulator does not tell the port that the system gave it. */
async function freePort(): Promise<number> {
  const listener = await Listener.tcp(() => undefined);
  const { port } = listener;
  await listener.stop();
  return port;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

function unescaped(html = ''): string {
  return html.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}
