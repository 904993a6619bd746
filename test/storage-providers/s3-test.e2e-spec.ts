import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConnectionTest, TestStepFailure } from '../../src/core/connectors/index.js';
import type { StorageConnection } from '../../src/foundation/storage/contracts/index.js';
import { startS3Peer, type S3Peer } from '../support/peers/s3-peer.js';
import { awsConnection, compatibleConnection } from '../support/s3-subject.js';

const signal = new AbortController().signal;

interface Tested {
  readonly message: string;
  readonly steps: readonly string[];
  readonly hint: string | undefined;
  /** All texts together, to look for what must not be in them. */
  readonly said: string;
}

async function run(connection: StorageConnection, deep = false): Promise<Tested> {
  const test = new ConnectionTest(signal, deep);
  const outcome = await connection.testConnection(test).then(
    ({ message }) => ({ message, hint: undefined }),
    (error: unknown) => {
      if (!(error instanceof TestStepFailure)) throw error;
      return { message: error.message, hint: error.hint };
    },
  );
  await connection.dispose?.();
  const steps = test.steps.map(({ name, ok }) => `${name}${ok ? '' : ' failed'}`);
  return { ...outcome, steps, said: JSON.stringify([outcome, test.steps]) };
}

describe('the test of an S3 bucket', () => {
  let peer: S3Peer;
  beforeAll(async () => {
    peer = await startS3Peer();
  });
  beforeEach(() => {
    peer.gate.seen.length = 0;
  });
  afterEach(async () => {
    peer.gate.denied = null;
    peer.faults.fault = { kind: 'none' };
    peer.faults.struck = 0;
    await peer.faults.idle();
  });
  afterAll(() => peer.stop());

  it('passes step by step and writes nothing', async () => {
    const before = await peer.server.files();
    for (const connection of [compatibleConnection(peer), awsConnection(peer)]) {
      expect(await run(connection)).toMatchObject({ steps: ['egress', 'connect', 'auth', 'access'] });
    }
    expect(peer.gate.seen.map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
    expect(await peer.server.files()).toEqual(before);
  });

  it('with deep also writes, reads and deletes below the prefix, and leaves nothing', async () => {
    const before = await peer.server.files();
    const tested = await run(compatibleConnection(peer, { prefix: 'team/' }), true);
    expect(tested.steps).toEqual(['egress', 'connect', 'auth', 'access', 'write']);
    expect(peer.gate.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'HEAD /documents/',
      ...['PUT', 'GET', 'DELETE'].map((method) =>
        expect.stringMatching(`^${method} /documents/team/\\.ede-connectors-probe-`),
      ),
    ]);
    expect(await peer.server.files()).toEqual(before);
  });

  it.each([
    ['a wrong secret', { secret_key: 'wrong' }, 'auth', 'The secret access key does not fit the access key'],
    ['an unknown access key', { access_key: 'AKIAOTHER' }, 'auth', 'The service does not know this access key'],
    ['a wrong region', { region: 'us-west-2' }, 'auth', 'The bucket is in another region'],
    ['an unknown bucket', { bucket: 'nowhere' }, 'access', 'The bucket does not exist'],
  ])('says that there is %s', async (_name, changes, step, message) => {
    const tested = await run(compatibleConnection(peer, changes));
    expect(tested).toMatchObject({ message, hint: expect.any(String) });
    expect(tested.steps.at(-1)).toBe(`${step} failed`);
    expect(tested.said).not.toContain('provider text');
    expect(tested.said).not.toContain(peer.keys.secretKey);
  });

  it('names the region of the bucket', async () => {
    const { hint } = await run(compatibleConnection(peer, { region: 'us-west-2' }));
    expect(hint).toBe('Set the region to eu-central-1');
  });

  it('tells a missing permission from a wrong key', async () => {
    peer.gate.denied = /^(HEAD|GET) \/documents/;
    const tested = await run(compatibleConnection(peer));
    expect(tested.steps).toEqual(['egress', 'connect', 'auth', 'access failed']);
    expect(tested.message).toBe('The access key lacks the permission');
  });

  it.each([
    ['PUT', 's3:PutObject'],
    ['GET', 's3:GetObject'],
    ['DELETE', 's3:DeleteObject'],
  ])('names the permission that a refused %s needs', async (method, permission) => {
    const before = await peer.server.files();
    peer.gate.denied = new RegExp(`^${method} /documents/`);
    const tested = await run(compatibleConnection(peer), true);
    expect(tested.steps.at(-1)).toBe('write failed');
    expect(tested.message).toBe(`The access key lacks the permission ${permission}`);
    if (method !== 'DELETE') expect(await peer.server.files()).toEqual(before);
  });

  it('reports a service with a fault, and one that cuts the connection', async () => {
    peer.faults.fault = { kind: 'status', status: 503 };
    expect(await run(compatibleConnection(peer))).toMatchObject({ message: 'The service is busy or has a fault' });
    peer.faults.fault = { kind: 'cut', direction: 'response', afterBytes: 10 };
    expect(await run(compatibleConnection(peer))).toMatchObject({
      message: 'The connection to the service broke off',
      steps: ['egress', 'connect', 'auth failed'],
    });
  });

  it('does not take another web server for a bucket', async () => {
    peer.faults.fault = { kind: 'status', status: 418 };
    expect(await run(compatibleConnection(peer))).toMatchObject({
      message: 'The service gave an unexpected answer',
      steps: ['egress', 'connect', 'auth failed'],
    });
  });

  it('ends when its time is up, with closed sockets', async () => {
    peer.faults.fault = { kind: 'blackHole' };
    const controller = new AbortController();
    const test = new ConnectionTest(controller.signal);
    const connection = compatibleConnection(peer);
    const waiting = connection.testConnection(test);
    const refused = expect(waiting).rejects.toMatchObject({ step: 'auth' });
    while (peer.faults.struck === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(new Error('time is up'));
    await refused;
    await connection.dispose?.();
    await peer.faults.idle();
  });

  it('stops at the egress policy before anything is sent', async () => {
    const accepted = peer.faults.accepted;
    const tested = await run(compatibleConnection({ ...peer, port: peer.port + 1 }));
    expect(tested).toMatchObject({ steps: ['egress failed'], hint: expect.stringContaining('EDE_EGRESS_ALLOW') });
    expect(peer.faults.accepted).toBe(accepted);
  });

  it('puts the bucket before the host when asked to', async () => {
    const connection = compatibleConnection(peer, {
      endpoint: 'http://127.0.0.1.nowhere.test',
      force_path_style: false,
    });
    expect(await run(connection)).toMatchObject({ steps: ['egress', 'resolve failed'] });
  });

  it('sends no key of the machine, whatever its environment says', async () => {
    const environment = {
      AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT',
      AWS_SECRET_ACCESS_KEY: 'from-the-environment',
      AWS_SESSION_TOKEN: 'from-the-environment',
      AWS_REGION: 'eu-west-3',
      AWS_ENDPOINT_URL: 'http://169.254.169.254',
      AWS_ENDPOINT_URL_S3: 'http://169.254.169.254',
    };
    const before = process.env;
    process.env = { ...before, ...environment };
    try {
      for (const connection of [compatibleConnection(peer), awsConnection(peer)]) {
        expect(await run(connection)).toMatchObject({ steps: ['egress', 'connect', 'auth', 'access'] });
      }
    } finally {
      process.env = before;
    }
    expect(JSON.stringify(peer.gate.seen.map(({ headers }) => headers))).not.toMatch(
      /ENVIRONMENT|environment|eu-west-3/,
    );
  });
});
