import { createHash } from 'node:crypto';
import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Listener } from './listener.js';
import type { S3rver } from './s3rver.js';
import { isSignedWith, parseAuthorization } from './sigv4.js';

/** Who may sign, and for which region. */
export interface S3Keys {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
  /** Of temporary keys. */
  readonly sessionToken?: string;
}

/** A request that the gate saw. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

/** Checks signatures and permissions as S3 does, in front of an S3 server that checks neither. */
export class S3Gate {
  /** Requests in the order in which they came, refused ones too. */
  readonly seen: SeenRequest[] = [];
  /** What the key may not do, e.g. `/^PUT /`; matched against method and URL. */
  denied: RegExp | null = null;
  /** What is carried out only a while after it was received, whether or not its client is still there. */
  late: { readonly matching: RegExp; readonly ms: number } | null = null;
  /** What is carried out, but whose answer never arrives, so many times. */
  lost: { readonly matching: RegExp; times: number } | null = null;
  /** Those of the late ones that were received. */
  readonly delayed: Promise<unknown>[] = [];

  private constructor(
    private readonly listener: Listener,
    private readonly server: S3rver,
    private readonly keys: S3Keys,
  ) {}

  static async start(server: S3rver, keys: S3Keys): Promise<S3Gate> {
    const listener = await Listener.http((request, response) => gate.serve(request, response));
    const gate: S3Gate = new S3Gate(listener, server, keys);
    return gate;
  }

  get port(): number {
    return this.listener.port;
  }

  /** Resolves when all clients have closed their connections. */
  idle(): Promise<void> {
    return this.listener.idle();
  }

  stop(): Promise<void> {
    return this.listener.stop();
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    this.seen.push({ method, url, headers });
    const refusal = this.refusalOf({ method, url, headers });
    if (refusal !== null) refuse(request, response, refusal);
    else if (this.answersItself(method, url, response)) return;
    else if (this.late?.matching.test(`${method} ${url}`)) void this.passLate(request, response, this.late.ms);
    else this.pass(request, response);
  }

  /** What S3 knows and s3rver does not: which uploads are unfinished, and that one is dropped. */
  private answersItself(method: string, url: string, response: ServerResponse): boolean {
    const listed = method === 'GET' ? /^\/([^/?]+)\/?\?(?:.*&)?uploads(?:=|&|$)/.exec(url) : null;
    const dropped = method === 'DELETE' ? /^\/([^/]+)\/.*[?&]uploadId=([0-9a-f]+)/.exec(url) : null;
    if (listed !== null) void this.listUploads(listed[1] ?? '', url, response);
    if (dropped !== null) void this.dropUpload(dropped[1] ?? '', dropped[2] ?? '', response);
    return listed !== null || dropped !== null;
  }

  private async listUploads(bucket: string, url: string, response: ServerResponse): Promise<void> {
    const { searchParams } = new URL(url, 'http://gate');
    const prefix = searchParams.get('prefix') ?? '';
    const limit = Number(searchParams.get('max-uploads') ?? 1_000);
    const found = (await this.server.uploads(bucket)).filter(({ key }) => key.startsWith(prefix));
    const uploads = found
      .slice(0, limit)
      .map(({ id, key }) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`);
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0"?><ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
      <Bucket>${bucket}</Bucket><IsTruncated>${found.length > limit}</IsTruncated>${uploads.join('')}
      </ListMultipartUploadsResult>`);
  }

  private async dropUpload(bucket: string, uploadId: string, response: ServerResponse): Promise<void> {
    await this.server.dropUpload(bucket, uploadId);
    response.writeHead(204).end();
  }

  private refusalOf({ method, url, headers }: SeenRequest): Refusal | null {
    const authorization = parseAuthorization(headers.authorization);
    if (authorization === null) return { status: 403, code: 'AccessDenied' };
    if (authorization.accessKey !== this.keys.accessKey) return { status: 403, code: 'InvalidAccessKeyId' };
    if (headers['x-amz-security-token'] !== this.keys.sessionToken) return { status: 400, code: 'InvalidToken' };
    if (authorization.region !== this.keys.region) {
      return { status: 400, code: 'AuthorizationHeaderMalformed', region: this.keys.region };
    }
    if (!isSignedWith(this.keys.secretKey, authorization, { method, url, headers })) {
      return { status: 403, code: 'SignatureDoesNotMatch' };
    }
    return this.denied?.test(`${method} ${url}`) === true ? { status: 403, code: 'AccessDenied' } : null;
  }

  private async passLate(request: IncomingMessage, response: ServerResponse, ms: number): Promise<void> {
    const { authorization: _signature, expect: _expect, ...headers } = request.headers;
    const body = await buffer(request);
    const answered = sleep(ms).then(() =>
      fetch(`http://127.0.0.1:${this.server.port}${request.url}`, {
        method: request.method ?? 'PUT',
        headers: { ...(headers as Record<string, string>), connection: 'close' },
        body,
      }),
    );
    this.delayed.push(answered);
    const answer = await answered;
    const type = answer.headers.get('content-type') ?? 'application/xml';
    response.writeHead(answer.status, { etag: answer.headers.get('etag') ?? '', 'content-type': type });
    response.end(await answer.text());
  }

  private isLost({ method, url }: IncomingMessage): boolean {
    const { lost } = this;
    if (lost === null || lost.times === 0 || !lost.matching.test(`${method} ${url}`)) return false;
    lost.times -= 1;
    return true;
  }

  private pass(request: IncomingMessage, response: ServerResponse): void {
    const { authorization: _signature, expect: _expect, ...headers } = request.headers;
    const hash = createHash('sha256');
    const upstream = forward(
      { host: '127.0.0.1', port: this.server.port, method: request.method, path: request.url, headers, agent: false },
      (answer) => {
        if (!isContent(request, hash.digest('hex'))) {
          answer.resume();
          refuse(request, response, { status: 400, code: 'XAmzContentSHA256Mismatch' });
          return;
        }
        if (this.isLost(request)) {
          answer.on('end', () => request.socket.destroy()).resume();
          return;
        }
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    upstream.on('error', () => response.destroy());
    request.on('data', (chunk: Buffer) => hash.update(chunk)).pipe(upstream);
    request.on('close', () => request.complete || upstream.destroy());
    response.on('close', () => upstream.destroy());
  }
}

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly region?: string;
}

/** Whether the content is what was signed. */
function isContent({ headers }: IncomingMessage, sha256: string): boolean {
  const signed = headers['x-amz-content-sha256'];
  return signed === undefined || signed === 'UNSIGNED-PAYLOAD' || signed === sha256;
}

/** Answers once the request is read: who is still writing would meet a closed connection instead. */
function refuse(request: IncomingMessage, response: ServerResponse, { status, code, region }: Refusal): void {
  const where = region === undefined ? '' : `<Region>${region}</Region>`;
  const secretText = '<StringToSign>provider text that nobody may see</StringToSign>';
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>provider text</Message>${where}${secretText}</Error>`;
  const answer = () => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  if (request.readableEnded) answer();
  else request.on('end', answer).resume();
}
