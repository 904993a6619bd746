import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Listener } from './listener.js';

export interface VaultCall {
  /** e.g. `encrypt`. */
  readonly operation: string;
  readonly status: number;
}

export type VaultFault = 'none' | 'sealed' | 'error' | 'hang' | 'cut' | 'html' | 'redirect' | 'echo';

/** What the service keeps, also while it is stopped. */
interface TransitKey {
  /** By version, the first is version 1. */
  readonly versions: Buffer[];
  minDecryptionVersion: number;
}

type Body = Readonly<Record<string, unknown>>;
type Outcome = readonly [status: number, body: object];

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  encrypt: ['plaintext', 'associated_data', 'key_version'],
  decrypt: ['ciphertext', 'associated_data'],
  rewrap: ['ciphertext', 'key_version'],
  keys: ['min_decryption_version'],
};
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const PATH = /^\/v1\/transit\/(encrypt|decrypt|rewrap|keys)\/([\w.-]+)(\/rotate|\/config)?$/;

/** The transit engine of HashiCorp Vault, mounted at `transit`: AES-256-GCM keys with versions, and faults. */
export class VaultPeer {
  readonly calls: VaultCall[] = [];
  fault: VaultFault = 'none';
  /** Bodies of the requests that wait in vain for an answer. */
  readonly hanging = new Set<string>();
  /** Whether the token's policy lets `encrypt` make a key that is not there. */
  mayCreate = false;
  private readonly keys = new Map<string, TransitKey>();

  private constructor(
    private listener: Listener,
    /** The only token that is accepted. */
    public token: string,
    readonly port = listener.port,
  ) {}

  static async start(): Promise<VaultPeer> {
    const listener = await Listener.http((request, response) => void peer.serve(request, response));
    const peer = new VaultPeer(listener, `hvs.${randomBytes(12).toString('hex')}`);
    return peer;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Settings with which the application uses this service. */
  get env(): Record<string, string> {
    return {
      EDE_KEY_PROVIDER: 'vault',
      EDE_MASTER_KEY: '',
      EDE_VAULT_URL: this.url,
      EDE_VAULT_TOKEN: this.token,
    };
  }

  createKey(name = 'ede-connectors'): void {
    this.keys.set(name, { versions: [randomBytes(32)], minDecryptionVersion: 1 });
  }

  /** As if another, empty service stood there. */
  loseKeys(): void {
    this.keys.clear();
  }

  versionOf(name = 'ede-connectors'): number {
    return this.keys.get(name)?.versions.length ?? 0;
  }

  /** @returns how often an operation was carried out. */
  count(operation: string): number {
    return this.calls.filter((call) => call.operation === operation && call.status === 200).length;
  }

  async stop(): Promise<void> {
    await this.listener.stop();
  }

  /** After a stop: on the same port as before, with what it kept. */
  async restart(): Promise<void> {
    const serve = (request: IncomingMessage, response: ServerResponse) => void this.serve(request, response);
    this.listener = await Listener.http(serve, '127.0.0.1', this.port);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    if (this.fault === 'hang') {
      this.hang(request, text);
      return;
    }
    if (this.fault === 'cut') return void request.socket.destroy();
    const [status, body] = this.faulty(text) ?? this.answer(request, text);
    const [, operation = ''] = PATH.exec(request.url ?? '') ?? [];
    this.calls.push({ operation, status });
    this.send(response, status, body);
  }

  private hang({ socket }: IncomingMessage, text: string): void {
    this.hanging.add(text);
    socket.once('close', () => this.hanging.delete(text));
  }

  private send(response: ServerResponse, status: number, body: object): void {
    const isHtml = this.fault === 'html';
    response.writeHead(status, {
      'content-type': isHtml ? 'text/html' : 'application/json',
      ...(status === 307 && { location: 'http://127.0.0.1:1/' }),
    });
    response.end(isHtml ? '<html>gateway</html>' : JSON.stringify(body));
  }

  private faulty(text: string): Outcome | null {
    if (this.fault === 'sealed') return [503, { errors: ['Vault is sealed'] }];
    if (this.fault === 'error') return [500, { errors: ['internal error'] }];
    if (this.fault === 'redirect') return [307, {}];
    if (this.fault === 'html') return [200, {}];
    // Some gateways repeat what they were sent.
    if (this.fault === 'echo') return [500, { errors: [text, this.token] }];
    return null;
  }

  private answer(request: IncomingMessage, text: string): Outcome {
    const [, operation = '', name = '', suffix] = PATH.exec(request.url ?? '') ?? [];
    if (operation === '') return [404, { errors: [] }];
    const refusal = this.refusalOf(request);
    if (refusal !== null) return refusal;
    const body = JSON.parse(text) as Body;
    const unknown = Object.keys(body).find((field) => !FIELDS[operation]?.includes(field));
    if (unknown !== undefined) return [400, { errors: [`unexpected field ${unknown}`] }];
    return this.carryOut(operation, name, suffix, body);
  }

  private refusalOf({ method, headers }: IncomingMessage): Outcome | null {
    const token = headers['x-vault-token'];
    if (token === undefined) return [400, { errors: ['missing client token'] }];
    if (token !== this.token) return [403, { errors: ['permission denied'] }];
    return method === 'POST' && headers['x-vault-request'] === 'true' ? null : [405, { errors: [] }];
  }

  private carryOut(operation: string, name: string, suffix: string | undefined, body: Body): Outcome {
    if (operation === 'encrypt' && !this.keys.has(name)) {
      if (!this.mayCreate) return [403, { errors: ['permission denied'] }];
      this.createKey(name);
    }
    const key = this.keys.get(name);
    if (!key) return [400, { errors: ['encryption key not found'] }];
    if (operation === 'keys') return changeKey(key, suffix, body);
    if (operation === 'encrypt') return encrypt(key, body);
    const opened = decrypt(key, body);
    if (typeof opened === 'string') return [400, { errors: [opened] }];
    if (operation === 'decrypt') return [200, { data: { plaintext: opened.toString('base64') } }];
    return encrypt(key, { plaintext: opened.toString('base64') });
  }
}

function changeKey(key: TransitKey, suffix: string | undefined, body: Body): Outcome {
  if (suffix === '/rotate') key.versions.push(randomBytes(32));
  if (suffix === '/config') key.minDecryptionVersion = Number(body['min_decryption_version']);
  return [200, { data: { latest_version: key.versions.length } }];
}

function encrypt(key: TransitKey, { plaintext, associated_data: bound }: Body): Outcome {
  if (typeof plaintext !== 'string' || !BASE64.test(plaintext)) {
    return [400, { errors: ['failed to base64-decode plaintext'] }];
  }
  const version = key.versions.length;
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key.versions[version - 1] as Buffer, nonce);
  cipher.setAAD(boundBytes(bound));
  const sealed = Buffer.concat([nonce, cipher.update(plaintext, 'base64'), cipher.final(), cipher.getAuthTag()]);
  return [200, { data: { ciphertext: `vault:v${version}:${sealed.toString('base64')}`, key_version: version } }];
}

/** @returns the text of the error when it cannot be decrypted. */
function decrypt(key: TransitKey, { ciphertext, associated_data: bound }: Body): Buffer | string {
  const [, digits, base64 = ''] = /^vault:v(\d+):(.*)$/.exec(String(ciphertext)) ?? [];
  if (digits === undefined) return 'invalid ciphertext: no prefix';
  const version = Number(digits);
  const bytes = key.versions[version - 1];
  if (bytes === undefined) return 'invalid ciphertext: version is too new';
  if (version < key.minDecryptionVersion) return 'ciphertext or signature version is disallowed by policy (too old)';
  if (!BASE64.test(base64)) return 'invalid ciphertext: could not decode base64';
  const sealed = Buffer.from(base64, 'base64');
  if (sealed.length < 28) return 'invalid ciphertext: too short';
  const decipher = createDecipheriv('aes-256-gcm', bytes, sealed.subarray(0, 12));
  decipher.setAAD(boundBytes(bound));
  decipher.setAuthTag(sealed.subarray(-16));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
  } catch {
    return 'cipher: message authentication failed';
  }
}

function boundBytes(bound: unknown): Buffer {
  return Buffer.from(typeof bound === 'string' ? bound : '', 'base64');
}
