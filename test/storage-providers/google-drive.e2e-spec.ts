import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ConnectionFailedError,
  ConnectionTest,
  type AccessTokenSource,
  type ConnectionContext,
} from '../../src/core/connectors/index.js';
import type { StorageConnection } from '../../src/foundation/storage/contracts/index.js';
import { GoogleDriveProvider } from '../../src/foundation/storage/connectors/google-drive/google-drive.provider.js';
import { describeStorageBackend } from '../contracts/storage-backend.js';
import { egressFor } from '../support/egress.js';
import { GoogleFake } from '../support/peers/google-fake.js';

const MIB = 1024 ** 2;
const UPLOADS = '/upload/drive/v3/files';
const PUT = `PUT ${UPLOADS}`;
const LOST = { kind: 'cut', afterBytes: Infinity } as const;
const never = new AbortController().signal;

let google: GoogleFake;
let door: ReturnType<typeof egressFor>;

async function start(): Promise<void> {
  google = await GoogleFake.start();
  door = egressFor({ allow: ['127.0.0.1'], overrides: { 'https://www.googleapis.com': google.origin } });
}
async function stop(): Promise<void> {
  expect(google.http.unexpected).toEqual([]);
  await door.close();
  await google.stop();
}

/** Tokens as the framework gives them: one stays until it is rejected. */
function tokens(): AccessTokenSource {
  let value: string | null = null;
  return {
    get: () => Promise.resolve({ value: (value ??= google.issue()), scopes: null }),
    reject: () => Promise.resolve(void (value = null)),
  };
}

function connect(config: object = {}): StorageConnection {
  const context: ConnectionContext = { accessTokens: tokens(), tokensOf: tokens };
  return new GoogleDriveProvider(door.egress).fromConfig(config, context);
}

describeStorageBackend('google_drive', async () => {
  await start();
  return {
    backend: connect({ folder_id: 'folder' }),
    traces: () => Promise.resolve([...google.files.keys(), ...google.uploads.sessions.keys()].sort()),
    close: stop,
  };
});

describe('google_drive', () => {
  beforeEach(start);
  afterEach(stop);

  const test = (config: object = {}, deep = false) => {
    const run = new ConnectionTest(AbortSignal.timeout(5000), deep);
    return { run, result: connect(config).testConnection(run) };
  };
  const put = (body: Buffer) => connect().put('k', Readable.from([body]), { contentType: 'text/plain', signal: never });

  it('tests account and folder, and writes only with deep', async () => {
    expect(await test({ folder_id: 'folder' }).result).toEqual({
      outcome: 'ok',
      message: 'Connected as a@acme.example',
    });
    expect(google.http.journal.every(({ method }) => method === 'GET')).toBe(true);
    const { run, result } = test({ folder_id: 'folder' }, true);
    await result;
    expect(run.steps.map(({ name }) => name)).toEqual(['egress', 'connect', 'auth', 'access', 'write']);
    expect(google.files.size).toBe(0);
  });

  it('tells a folder that is not visible, one that is read-only, and a full drive', async () => {
    await expect(test({ folder_id: 'missing' }).result).rejects.toMatchObject({
      step: 'access',
      message: expect.stringContaining('folder'),
    });
    google.canAddChildren = false;
    await expect(test({ folder_id: 'folder' }).result).rejects.toMatchObject({ step: 'access' });
    google.quota = { limit: '100', usage: '99' };
    expect((await test().result).outcome).toBe('degraded');
  });

  it('keeps files in a shared drive, finds them there, and nowhere else', async () => {
    const shared = { shared_drive_id: GoogleFake.SHARED_DRIVE };
    expect((await test(shared).result).outcome).toBe('ok');
    const options = { contentType: 'text/plain', signal: never };
    const drive = connect(shared);
    const { ref } = await drive.put('k', Readable.from([Buffer.from('first')]), options);
    expect((await drive.put('k', Readable.from([Buffer.from('second')]), options)).ref).toBe(ref);
    expect(String(await buffer((await drive.get(ref, { signal: never })).body))).toBe('second');
    expect(await drive.stat(ref, { signal: never })).toMatchObject({ size: 6 });
    const page = { limit: 10, signal: never };
    expect((await drive.list('', page)).items).toEqual([{ ref, size: 6 }]);
    expect((await connect().list('', page)).items).toEqual([]);
    await drive.delete(ref, { signal: never });
    expect(google.files.size).toBe(0);
  });

  it('renews a token that Google refuses, once', async () => {
    const connection = connect();
    await connection.stat('x', { signal: never });
    google.tokens.clear();
    expect(await connection.stat('x', { signal: never })).toBeNull();
  });

  it('continues a cut upload where Google says that it stopped', async () => {
    const content = randomBytes(10 * MIB);
    google.http.failNextOf(PUT, { kind: 'cut' }, { kind: 'slow', ms: 0 }, { kind: 'answer', answer: { status: 503 } });
    const { ref, size } = await put(content);
    expect(size).toBe(content.length);
    const { body } = await connect().get(ref, { signal: never });
    expect((await buffer(body)).equals(content)).toBe(true);
  });

  it('continues in the middle of a piece that was cut', async () => {
    const content = randomBytes(6 * MIB);
    google.http.failNextOf(PUT, { kind: 'cut', afterBytes: MIB + 1 });
    const { ref } = await put(content);
    const ranges = google.http.seen(PUT).map(({ headers }) => headers['content-range']);
    const [first, asked, rest] = ranges.slice(-4);
    expect([first, asked]).toEqual([`bytes 0-${4 * MIB - 1}/*`, 'bytes */*']);
    expect(rest).toBe(`bytes ${MIB}-${4 * MIB - 1}/*`);
    const { body } = await connect().get(ref, { signal: never });
    expect((await buffer(body)).equals(content)).toBe(true);
  });

  it('has stored what Google finished, also when the answer to that was lost', async () => {
    google.http.failNextOf(PUT, LOST);
    const { ref, size } = await put(Buffer.from('kept'));
    expect([size, [...google.files.keys()]]).toEqual([4, [ref]]);
  });

  it('leaves nothing when Google finished, but cannot be heard any more', async () => {
    google.http.failNextOf(PUT, ...Array.from({ length: 8 }, () => LOST));
    await expect(put(Buffer.from('lost'))).rejects.toBeInstanceOf(ConnectionFailedError);
    expect(google.http.seen(PUT)).toHaveLength(8);
    expect(google.files.size).toBe(0);
  });

  it.each([
    ['a new file', 0],
    ['a file that is replaced', 1],
  ])('leaves nothing of %s when its caller gives up before Google has finished', async (_name, before) => {
    for (let at = 0; at < before; at++) await put(Buffer.from('before'));
    google.uploads.finishingMs = 300;
    google.isIndexed = before > 0;
    const caller = new AbortController();
    const waiting = connect().put('k', Readable.from([Buffer.from('x')]), {
      contentType: 'text/plain',
      signal: caller.signal,
    });
    const given = expect(waiting).rejects.toThrow('enough');
    while (google.uploads.finished.size === before) await sleep(5);
    caller.abort(new Error('enough'));
    await given;
    await google.uploads.settled();
    expect(google.files.size).toBe(0);
  });

  it('leaves nothing when Google finished, and hangs when the upload is cancelled', async () => {
    google.http.failNextOf(PUT, ...Array.from({ length: 8 }, () => LOST));
    google.http.failNextOf(`DELETE ${UPLOADS}`, { kind: 'hang' });
    await expect(put(Buffer.from('lost'))).rejects.toBeInstanceOf(ConnectionFailedError);
    expect(google.files.size).toBe(0);
  });

  it('does not count as discarded what could not be undone, before a search finds it', async () => {
    google.http.failNextOf(PUT, ...Array.from({ length: 8 }, () => LOST));
    google.isIndexed = false;
    let isDown = true;
    google.http.on('DELETE /drive/v3/files/:id', ({ params }) => {
      if (isDown) return { status: 503 };
      return { status: google.files.delete(params['id'] ?? '') ? 204 : 404 };
    });
    const drive = connect();
    const options = { contentType: 'text/plain', signal: never };
    await expect(drive.put('k', Readable.from([Buffer.from('lost')]), options)).rejects.toThrow();
    expect(google.files.size).toBe(1);
    await expect(drive.discard?.('k', { signal: never })).rejects.toBeInstanceOf(ConnectionFailedError);
    isDown = false;
    await drive.discard?.('k', { signal: never });
    expect(google.files.size).toBe(0);
  });

  it('finds what an interrupted upload left by its key, however full the folder is', async () => {
    for (let at = 0; at < 2_000; at++) google.store(`other-${at}`);
    for (const key of ["o'neill\\1", "o'neill\\1", "O'NEILL\\1", "o'neill\\12"]) google.store(key);
    google.http.journal.length = 0;
    await connect().discard?.("o'neill\\1", { signal: never });
    expect(google.http.seen('GET /drive/v3/files')).toHaveLength(1);
    expect([...google.files.values()].map(({ name }) => name).slice(2_000)).toEqual(["O'NEILL\\1", "o'neill\\12"]);
  });

  it('says nothing of what Google writes into errors', async () => {
    google.http.failNext({
      kind: 'answer',
      answer: { status: 403, body: { error: { message: 'leak me', errors: [{ reason: 'storageQuotaExceeded' }] } } },
    });
    const failed = await put(Buffer.from('x')).catch((error: unknown) => error as Error);
    expect((failed as Error).message).toBe('The storage of the account is full');
  });

  it('refuses to be led to another host with the content', async () => {
    google.http.on('POST /upload/drive/v3/files', () => ({ headers: { location: 'https://evil.example/session/1' } }));
    await expect(put(Buffer.from('x'))).rejects.toThrow('another host');
  });

  it('unwraps the JSON files that Google gives out', () => {
    const provider = new GoogleDriveProvider(door.egress);
    expect(provider.normalizeImportJson({ web: { client_id: 'x' } })).toEqual({ client_id: 'x' });
    expect(provider.normalizeImportJson({ installed: { client_id: 'y' } })).toEqual({ client_id: 'y' });
    const account = { type: 'service_account', client_email: 'e' };
    expect(provider.normalizeImportJson(account)).toEqual({ service_account: account });
  });
});
