/**
 * `node bench/upload-memory.mjs [megabytes]`: uploads a document through a connector to a local S3 and downloads it
 * again, and shows how the server's resident memory grows meanwhile. Fails above 64 MiB, or when bytes differ.
 */
import { execFileSync } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import '../test/support/typescript-loader.mjs';
import setUp from '../test/support/global-setup.mjs';
import tearDown from '../test/support/global-teardown.mjs';
import { SANDBOX, startSandbox } from '../tools/s3-sandbox.mjs';

const LIMIT_MIB = 64;
const CHUNK = 1 << 20;
const megabytes = Number(process.argv[2] ?? 200);
const { ensureBuilt, Fleet } = await import('../test/processes/server-process.ts');
const { createEmptyDatabase } = await import('../test/support/database.ts');

ensureBuilt();
await setUp();
const [database, sandbox] = [await createEmptyDatabase(), await startSandbox()];
const fleet = new Fleet(database.url, { EDE_EGRESS_ALLOW: new URL(sandbox.endpoint).host });
try {
  const server = await fleet.start();
  const session = await server.signIn();
  await routeToSandbox(session.send);
  await roundTrip(server, session, 5); // loads the SDK and warms up: that is no growth
  const memory = watchMemory(server.pid);
  const seconds = await roundTrip(server, session, megabytes);
  const { before, peak } = memory.stop();
  const growth = Math.round((peak - before) / 1024);
  console.log({ megabytes, ...seconds, beforeMiB: Math.round(before / 1024), growthMiB: growth, limitMiB: LIMIT_MIB });
  process.exitCode = growth < LIMIT_MIB ? 0 : 1;
} finally {
  await fleet.close();
  await sandbox.stop();
  await database.drop();
  await tearDown();
}

async function routeToSandbox(send) {
  const { bucket, accessKey, secretKey } = SANDBOX;
  const params = { endpoint: sandbox.endpoint, bucket, access_key: accessKey, secret_key: secretKey };
  const draft = { name: 'Sandbox', category: 'storage', provider_type: 's3_compatible', is_default: true };
  const param_ids = Object.entries(params).map(([key, value]) => ({ key, value }));
  const { body } = await send('POST', '/api/connectors', { ...draft, param_ids });
  await send('POST', `/api/connectors/${body.id}/test`);
  const { status } = await send('POST', `/api/connectors/${body.id}/activate`);
  if (status !== 200) throw new Error(`The connector was not activated (${status})`);
}

/** @returns the seconds that up and down took. */
async function roundTrip(server, { send, cookie }, size) {
  const start = performance.now();
  const { id, sha256 } = await upload(server, cookie, size);
  const middle = performance.now();
  const digest = await download(server, cookie, id);
  if (digest !== sha256) throw new Error('The bytes that came back are not those that were sent');
  await send('DELETE', `/api/storage/documents/${id}`);
  return { upSeconds: (middle - start) / 1000, downSeconds: (performance.now() - middle) / 1000 };
}

async function upload(server, cookie, size) {
  const headers = { cookie, 'content-type': 'multipart/form-data; boundary=bench' };
  const outgoing = request(`${server.url}/api/storage/documents`, { method: 'POST', headers });
  const answered = once(outgoing, 'response');
  outgoing.write('--bench\r\ncontent-disposition: form-data; name="file"; filename="bench.bin"\r\n\r\n');
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(CHUNK);
  for (let sent = 0; sent < size * 1_000_000; sent += CHUNK) {
    const part = randomFillSync(chunk).subarray(0, Math.min(CHUNK, size * 1_000_000 - sent));
    hash.update(part);
    if (!outgoing.write(Buffer.from(part))) await once(outgoing, 'drain');
  }
  outgoing.end('\r\n--bench--\r\n');
  const [response] = await answered;
  let text = '';
  for await (const piece of response) text += piece;
  if (response.statusCode !== 201) throw new Error(`The upload answered ${response.statusCode}: ${text}`);
  return { id: JSON.parse(text).id, sha256: hash.digest('hex') };
}

async function download(server, cookie, id) {
  const incoming = request(`${server.url}/api/storage/documents/${id}/content`, { headers: { cookie } }).end();
  const [response] = await once(incoming, 'response');
  const hash = createHash('sha256');
  for await (const piece of response) hash.update(piece);
  return hash.digest('hex');
}

/** Resident memory in KiB, sampled until it is stopped. */
function watchMemory(pid) {
  const read = () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
  const before = read();
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, read())), 50);
  return {
    stop: () => {
      clearInterval(timer);
      return { before, peak: Math.max(peak, read()) };
    },
  };
}
