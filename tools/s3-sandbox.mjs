/**
 * A local S3 to try storage connectors with: `node tools/s3-sandbox.mjs [port]`. It keeps objects in a temporary
 * folder until it is stopped, listens on loopback, and refuses a wrong secret as a real service does.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const SANDBOX = { bucket: 'sandbox', accessKey: 'S3RVER', secretKey: 'sandbox-secret-key', region: 'us-east-1' };

/** Starts it. @returns the endpoint, and `stop`, which also removes what it holds. */
export async function startSandbox(port = 0) {
  const { default: S3rver } = await import('s3rver');
  const directory = mkdtempSync(join(tmpdir(), 'ede-s3-'));
  const objects = new S3rver({
    directory,
    silent: true,
    vhostBuckets: false,
    configureBuckets: [{ name: SANDBOX.bucket }],
  });
  await objects.configureBuckets();
  const serve = objects.callback();
  const server = createServer((request, response) => {
    const refusal = refusalOf(request);
    if (refusal === null) serve(request, response);
    else refuse(request, response, refusal);
  });
  server.requestTimeout = 0;
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(directory, { recursive: true, force: true });
  };
  return { endpoint: `http://127.0.0.1:${server.address().port}`, stop };
}

/** @returns the S3 error code that an unsigned or wrongly signed request deserves, or `null`. */
function refusalOf(request) {
  const given = readAuthorization(request.headers.authorization ?? '');
  if (given === null) return 'AccessDenied';
  if (given.accessKey !== SANDBOX.accessKey) return 'InvalidAccessKeyId';
  const [expected, signature] = [signatureFor(request, given), given.signature].map((text) => Buffer.from(text));
  const isEqual = expected.length === signature.length && timingSafeEqual(expected, signature);
  return isEqual ? null : 'SignatureDoesNotMatch';
}

function readAuthorization(header) {
  const credential = /Credential=([^/]+)\/(\d{8}\/[^/]+\/s3\/aws4_request)/.exec(header);
  const signedHeaders = /SignedHeaders=([^,\s]+)/.exec(header)?.[1];
  const signature = /Signature=([0-9a-f]{64})/.exec(header)?.[1];
  if (!header.startsWith('AWS4-HMAC-SHA256 ') || !credential || !signedHeaders || !signature) return null;
  return { accessKey: credential[1], scope: credential[2], signedHeaders: signedHeaders.split(';'), signature };
}

/** Signature version 4, as the service computes it from the request that it got. */
function signatureFor({ method, url, headers }, { scope, signedHeaders }) {
  const [path, query = ''] = url.split('?');
  const parameters = query.split('&').filter(Boolean);
  const canonical = [
    method,
    path,
    parameters
      .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
      .sort()
      .join('&'),
    ...signedHeaders.map(
      (name) =>
        `${name}:${String(headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}`,
    ),
    '',
    signedHeaders.join(';'),
    headers['x-amz-content-sha256'] ?? '',
  ].join('\n');
  const digest = createHash('sha256').update(canonical).digest('hex');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'] ?? '', scope, digest].join('\n');
  const key = scope.split('/').reduce((secret, part) => hmac(secret, part), `AWS4${SANDBOX.secretKey}`);
  return hmac(key, text).toString('hex');
}

function hmac(key, text) {
  return createHmac('sha256', key).update(text).digest();
}

function refuse(request, response, code) {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>Refused</Message></Error>`;
  response.writeHead(403, { 'content-type': 'application/xml', connection: 'close' });
  response.end(request.method === 'HEAD' ? undefined : body);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { endpoint, stop } = await startSandbox(Number(process.argv[2] ?? 9000));
  process.stdout.write(
    [
      `S3 sandbox: ${endpoint}`,
      `  bucket ${SANDBOX.bucket}, region ${SANDBOX.region}`,
      `  access key ${SANDBOX.accessKey}, secret key ${SANDBOX.secretKey}`,
      `  let the server reach it: EDE_EGRESS_ALLOW=${new URL(endpoint).host} npm start`,
      '',
    ].join('\n'),
  );
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop().then(() => process.exit(0)));
}
