import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { startS3Peer, type S3Peer } from '../support/peers/s3-peer.js';
import { uploaded } from './documents.js';

let peer: S3Peer;
let app: TestApp;
let admin: TestClient;
/** A connector whose keys are in files, which are in the bucket of another one. */
let reader: string;

beforeAll(async () => {
  peer = await startS3Peer();
  app = await startTestApp({ env: { EDE_EGRESS_ALLOW: `127.0.0.1:${peer.port}` } });
  admin = await app.setUp();
  const { accessKey, secretKey, region } = peer.keys;
  const place = paramsOf({ endpoint: peer.endpoint, region, bucket: peer.bucket });
  const keys = paramsOf({ access_key: accessKey, secret_key: secretKey });
  const { id } = await admin.createConnector({ is_default: true, param_ids: [...place, ...keys] });
  for (const step of ['test', 'activate']) {
    expect(await admin.post(`/api/connectors/${id}/${step}`)).toMatchObject({ status: 200 });
  }
  const files = [];
  for (const { key, value } of keys) {
    files.push({ key, value_type: 'file', file_id: (await uploaded(admin, value)).id });
  }
  reader = (await admin.createConnector({ param_ids: [...place, ...files] })).id as string;
});
afterEach(() => {
  peer.faults.fault = { kind: 'none' };
});
afterAll(async () => {
  await app.close();
  await peer.stop();
});

const paramsOf = (values: Record<string, string>) => Object.entries(values).map(([key, value]) => ({ key, value }));
const test = async () => (await admin.post(`/api/connectors/${reader}/test`, {})).body;

describe('a connector whose files are in a store', () => {
  beforeEach(async () => {
    expect(await test()).toMatchObject({ success: true });
  });

  it('cannot be used while that store is silent, which is no fault of this server', async () => {
    await admin.confirm();
    peer.faults.fault = { kind: 'blackHole' };
    const answers = await Promise.all([
      admin.post(`/api/connectors/${reader}/test`, {}),
      admin.get(`/api/connectors/${reader}/config?reveal=true`),
    ]);
    expect(answers).toMatchObject([
      { status: 200, body: { success: false, status: 'error' } },
      { status: 502, body: { code: 'connection_failed' } },
    ]);
  });

  it('has failed its test when reading them took the time of the test', async () => {
    peer.faults.fault = { kind: 'delay', ms: 6_000 };
    expect(await test()).toMatchObject({
      success: false,
      message: 'The configuration could not be read within 10 seconds',
      details: { outcome: 'failed', steps: [{ name: 'config', ok: false, hint: expect.stringContaining('storage') }] },
    });
  });
});
