import { Agent, request } from 'undici';

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | null;
  /** Milliseconds to the whole answer. */
  readonly timeout?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Sends what it is told to, byte by byte, over kept connections. */
export class HttpSender {
  private readonly agent: Agent;

  constructor(
    readonly url: string,
    connections = 16,
  ) {
    this.agent = new Agent({ connections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  }

  /** @throws when there is no whole answer. */
  async send({ method, path, headers, body, timeout = 30_000 }: HttpRequest): Promise<HttpAnswer> {
    const answer = await request(`${this.url}${path}`, {
      dispatcher: this.agent,
      method: method as 'GET',
      headers: headers ?? {},
      body: body ?? null,
      signal: AbortSignal.timeout(timeout),
    });
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }
}

/** A body as JSON, with its header. */
export function json(body: unknown): Pick<HttpRequest, 'headers' | 'body'> {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** A form with one file, which comes last. */
export function formWithFile(file: { name: string; type: string; content: string }, fields: object = {}) {
  const boundary = 'trust-form-boundary';
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${String(value)}\r\n`,
  );
  parts.push(
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${file.name}"\r\n` +
      `content-type: ${file.type}\r\n\r\n${file.content}\r\n--${boundary}--\r\n`,
  );
  return { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, body: parts.join('') };
}
