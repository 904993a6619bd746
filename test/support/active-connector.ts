import type { Answer, TestClient } from './client.js';

/** Creates a connector of a scripted service, tests and activates it, as the default. @returns its id. */
export async function activeConnector(client: TestClient, category: string, label: string): Promise<string> {
  const { id } = await client.createConnector({
    category,
    provider_type: category === 'email' ? 'scripted_email' : 'scripted_chat',
    is_default: true,
    param_ids: [
      { key: 'label', value: label },
      { key: 'token', value: `token-of-${label}`, is_secret: true },
    ],
  });
  for (const step of ['test', 'activate']) succeeded(await client.post(`/api/connectors/${id}/${step}`));
  return id as string;
}

function succeeded(answer: Answer): void {
  if (answer.status !== 200) throw new Error(`Answered ${answer.status}: ${answer.text}`);
}
