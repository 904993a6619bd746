import type { Send } from '../../../test/processes/server-process.js';
import { must } from '../../support/people.js';

const KEYS = 60;
const SHARED = 40;

export type Config = Readonly<Record<string, string>>;

/** A config whose every value carries its version, so that a mixture shows; each version has keys of its own too. */
export function configOf(version: string): Config {
  return Object.fromEntries(
    Array.from({ length: KEYS }, (_, index) => [
      index < SHARED ? `field_${index}` : `own_${version}_${index}`,
      `${version} ${index}`,
    ]),
  );
}

/** Takes a connector from one version of its config to the next. */
export interface Action {
  readonly name: 'import' | 'update' | 'callback';
  /** Made ready beforehand; what is returned sends the change itself. @returns whether it was acknowledged. */
  prepare(send: Send, id: string, version: string): Promise<() => Promise<boolean>>;
}

const importConfig: Action = {
  name: 'import',
  prepare: async (send, id, version) => () =>
    isOk(send('POST', `/api/connectors/${id}/import-config`, { json_data: configOf(version) })),
};

const update: Action = {
  name: 'update',
  prepare: async (send, id, version) => {
    const param_ids = Object.entries(configOf(version)).map(([key, value]) => ({ key, value }));
    return () => isOk(send('PUT', `/api/connectors/${id}`, { name: version, param_ids }));
  },
};

/** The version is the code; the stand-in makes the refresh token of it. */
const callback: Action = {
  name: 'callback',
  prepare: async (send, id, version) => {
    const { state } = await must<{ state: string }>(send, 'POST', `/api/connectors/${id}/oauth/authorize`);
    const path = `/api/connectors/oauth/callback/google_drive?code=${version}&state=${encodeURIComponent(state)}`;
    return async () => {
      const { status, body } = await send<{ success?: boolean }>('GET', path);
      return status === 200 && body.success === true;
    };
  },
};

export const ACTIONS: readonly Action[] = [importConfig, update, callback];

async function isOk(answer: Promise<{ readonly status: number }>): Promise<boolean> {
  return (await answer).status === 200;
}
