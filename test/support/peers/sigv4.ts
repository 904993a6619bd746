import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What an AWS4-HMAC-SHA256 header says. */
export interface Authorization {
  readonly accessKey: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

export interface SignedRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

const PATTERN =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/** Written from the description of Signature Version 4, without any code of the SDK. */
export function parseAuthorization(header: string | undefined): Authorization | null {
  const found = PATTERN.exec(header ?? '');
  if (found === null) return null;
  const [, accessKey = '', date = '', region = '', service = '', headers = '', signature = ''] = found;
  return { accessKey, date, region, service, signedHeaders: headers.split(';'), signature };
}

/** @param body for services whose requests do not name the hash of their content. */
export function isSignedWith(secret: string, authorization: Authorization, request: SignedRequest, body = ''): boolean {
  const { date, region, service } = authorization;
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    request.headers['x-amz-date'],
    `${date}/${region}/${service}/aws4_request`,
    sha256(canonicalRequest(authorization, request, body)),
  ].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
  return timingSafeEqual(hmac(key, stringToSign), Buffer.from(authorization.signature, 'hex'));
}

function canonicalRequest(
  { signedHeaders }: Authorization,
  { method, url, headers }: SignedRequest,
  body: string,
): string {
  const [path = '', query = ''] = url.split('?');
  const lines = signedHeaders.map(
    (name) =>
      `${name}:${String(headers[name] ?? '')
        .trim()
        .replace(/ +/g, ' ')}\n`,
  );
  return [
    method,
    path,
    canonicalQuery(query),
    lines.join(''),
    signedHeaders.join(';'),
    headers['x-amz-content-sha256'] ?? sha256(body),
  ].join('\n');
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .sort()
    .join('&');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
