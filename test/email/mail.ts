import type { Answer, TestClient } from '../support/client.js';
import { settled } from '../support/delivery.js';

export const MAILS = '/api/email/messages';

/** Sends a mail; what is not given is a short one to Ada. @returns the answer to the request. */
export function post(client: TestClient, fields: object = {}): Promise<Answer> {
  return client.post(MAILS, { to: ['ada@example.com'], subject: 'Hello', text: 'Good morning', ...fields });
}

/** Sends a mail that must be accepted. @returns its id. */
export async function accepted(client: TestClient, fields: object = {}): Promise<string> {
  const answer = await post(client, fields);
  if (answer.status !== 202) throw new Error(`Not accepted: ${answer.status} ${answer.text}`);
  return (answer.body as { id: string }).id;
}

/** Sends a mail and waits for its end. @returns the mail as the client reads it then. */
export async function delivered(client: TestClient, fields: object = {}): Promise<Answer['body']> {
  return settled(client, `${MAILS}/${await accepted(client, fields)}`);
}

/** Uploads a document. @returns its id. */
export async function upload(client: TestClient, name: string, content: Buffer, purpose = 'document'): Promise<string> {
  const answer = await client
    .raw('post', `/api/storage/documents?purpose=${purpose}`)
    .attach('file', content, { filename: name, contentType: 'application/octet-stream' });
  if (answer.status !== 201) throw new Error(`Not stored: ${answer.status} ${answer.text}`);
  return (answer.body as { id: string }).id;
}
