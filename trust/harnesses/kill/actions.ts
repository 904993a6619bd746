import { setTimeout as sleep } from 'node:timers/promises';
import type { Send } from '../../../test/processes/server-process.js';
import { must } from '../../support/people.js';
import type { Rotation, RotationKind } from '../../support/rotations.js';

const KEYS = 60;
const SHARED = 40;
const POLL_MS = 20;
/**
 * How late kills come at most, in times that an undisturbed change takes. A server that was just started, or whose
 * connections are new, takes longer; kills must come at every point, and some after the end.
 */
const LATEST = 3;
/** A rotation mostly waits for what is due in a fixed time. */
const LATEST_OF_ROTATION = 1.2;

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

/** Takes a connector from one version of its config to the next, or the keys below it to their successors. */
export interface Action {
  readonly name: 'import' | 'update' | 'callback' | 'rotation of data keys' | 'rotation of the master key';
  /** Which keys are replaced; `null` when the config is. */
  readonly rotates: RotationKind | null;
  /** How late it is killed at most, in times that it takes. */
  readonly latest: number;
  /** Made ready beforehand; what is returned sends the change itself. @returns whether it was acknowledged. */
  prepare(send: Send, id: string, version: string): Promise<() => Promise<boolean>>;
}

const importConfig: Action = {
  name: 'import',
  rotates: null,
  latest: LATEST,
  prepare: async (send, id, version) => () =>
    isOk(send('POST', `/api/connectors/${id}/import-config`, { json_data: configOf(version) })),
};

const update: Action = {
  name: 'update',
  rotates: null,
  latest: LATEST,
  prepare: async (send, id, version) => {
    const param_ids = Object.entries(configOf(version)).map(([key, value]) => ({ key, value }));
    return () => isOk(send('PUT', `/api/connectors/${id}`, { name: version, param_ids }));
  },
};

/** The version is the code; the stand-in makes the refresh token of it. */
const callback: Action = {
  name: 'callback',
  rotates: null,
  latest: LATEST,
  prepare: async (send, id, version) => {
    const { state } = await must<{ state: string }>(send, 'POST', `/api/connectors/${id}/oauth/authorize`);
    const path = `/api/connectors/oauth/callback/google_drive?code=${version}&state=${encodeURIComponent(state)}`;
    return async () => {
      const { status, body } = await send<{ success?: boolean }>('GET', path);
      return status === 200 && body.success === true;
    };
  },
};

/** Acknowledged is the request; the work goes on after it, and so does the change, until it cannot be asked about. */
function rotation(name: Action['name'], kind: RotationKind): Action {
  return {
    name,
    rotates: kind,
    latest: LATEST_OF_ROTATION,
    prepare: async (send) => async () => {
      const { status, body } = await send<Rotation>('POST', '/api/keys/rotations', { kind });
      if (status !== 202) return false;
      await whileItRuns(send, body.id).catch(() => undefined);
      return true;
    },
  };
}

async function whileItRuns(send: Send, id: string): Promise<void> {
  for (;;) {
    const { status, body } = await send<Rotation>('GET', `/api/keys/rotations/${id}`);
    if (status !== 200 || body.status === 'completed') return;
    await sleep(POLL_MS);
  }
}

export const ACTIONS: readonly Action[] = [
  importConfig,
  callback,
  rotation('rotation of data keys', 'data'),
  update,
  rotation('rotation of the master key', 'master'),
];

async function isOk(answer: Promise<{ readonly status: number }>): Promise<boolean> {
  return (await answer).status === 200;
}
