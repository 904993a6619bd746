import type { IncomingMessage } from 'node:http';
import type { Test } from 'supertest';
import { DataSource } from 'typeorm';
import type { TestApp } from '../support/app.js';
import type { Answer, TestClient } from '../support/client.js';

export const DOCUMENTS = '/api/storage/documents';

export interface UploadOptions {
  readonly name?: string;
  readonly mime?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent before the file. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An upload that is ready to be sent. */
export function upload(client: TestClient, content: Buffer | string, options: UploadOptions = {}): Test {
  const test = client.raw('post', DOCUMENTS).query(options.query ?? {});
  test.set(options.headers ?? {});
  for (const [name, value] of Object.entries(options.fields ?? {})) test.field(name, value);
  return test.attach('file', Buffer.from(content), {
    filename: options.name ?? 'notes.txt',
    contentType: options.mime ?? 'text/plain',
  });
}

/** Uploads and expects success. @returns the document. */
export async function uploaded(
  client: TestClient,
  content: Buffer | string,
  options?: UploadOptions,
): Promise<Answer['body']> {
  const answer = await upload(client, content, options);
  if (answer.status !== 201) throw new Error(`Upload answered ${answer.status}: ${answer.text}`);
  return answer.body;
}

/** The content as bytes; problems stay readable as JSON. */
export function download(client: TestClient, id: string, headers: Readonly<Record<string, string>> = {}): Test {
  return client
    .raw('get', `${DOCUMENTS}/${id}/content`)
    .set(headers)
    .buffer(true)
    .parse(bytesOf as never);
}

function bytesOf(response: IncomingMessage, done: (error: Error | null, body: unknown) => void): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('error', (error) => done(error, null));
  response.on('end', () => {
    const body = Buffer.concat(chunks);
    const isProblem = response.headers['content-type']?.startsWith('application/problem+json');
    done(null, isProblem ? (JSON.parse(body.toString()) as unknown) : body);
  });
}

/** Every row of the table, whatever its state. */
export async function rowsOf(app: TestApp): Promise<Record<string, unknown>[]> {
  return app.get(DataSource).query('SELECT * FROM storage_document ORDER BY created_at, id');
}

/** Names of the documents that a client sees, newest first. */
export async function namesSeenBy(client: TestClient): Promise<string[]> {
  const answer = await client.get(DOCUMENTS);
  return (answer.body as { items: { name: string }[] }).items.map(({ name }) => name);
}

/** A memory storage connector that is tested, active and the default. @returns its id. */
export async function routeToMemory(client: TestClient, params: object[] = []): Promise<string> {
  const { id } = (await client.createConnector({
    provider_type: 'memory',
    is_default: true,
    param_ids: [{ key: 'space', value: 'one' }, ...params],
  })) as { id: string };
  for (const action of ['test', 'activate']) {
    const answer = await client.post(`/api/connectors/${id}/${action}`, {});
    if (answer.status !== 200) throw new Error(`${action} answered ${answer.status}: ${answer.text}`);
  }
  return id;
}

/** Asks again and again until it is so; the spec's own time limit ends a wait in vain. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Whether a session of the application's database waits for a lock. */
export async function someoneWaits(app: TestApp): Promise<boolean> {
  const waiting: object[] = await app
    .get(DataSource)
    .query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);
  return waiting.length > 0;
}
