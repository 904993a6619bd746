/** An address that no spec ever connects to. */
export const ENDPOINT = 'https://storage.example';

/** Body of a create request for the scripted provider, with changes. */
export function draft(change: object = {}): Record<string, unknown> {
  return { name: 'Scripted', category: 'storage', provider_type: 'scripted', ...change };
}

/** Params with which the scripted provider's test succeeds. */
export function complete(mode = 'ok', secret = 'top-secret-value'): object[] {
  return [
    { key: 'endpoint', value: ENDPOINT },
    { key: 'secret_key', value: secret },
    { key: 'mode', value: mode },
  ];
}
