import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { ConnectionFailedError } from '../../../core/connectors/index.js';
import type { PutOptions, StorageBackend, StoredObject } from '../contracts/index.js';
import { DocumentTooLargeError, MalformedUploadError } from './documents.errors.js';
import { UploadMeter } from './upload-meter.js';
import { transfer } from './upload-transfer.js';

type Put = (key: string, body: Readable, options: PutOptions) => Promise<StoredObject>;

const reading: Put = async (key, body) => ({ ref: key, size: Buffer.byteLength(await text(body)) });

async function run(body: Readable, put: Put, limit = 100, signal = new AbortController().signal) {
  const meter = new UploadMeter(limit, () => new DocumentTooLargeError());
  const backend = { put } as unknown as StorageBackend;
  const stored = await transfer(backend, { body, meter, key: 'k', contentType: 'text/plain', signal });
  return { stored, meter };
}

describe('transfer', () => {
  it('counts and hashes what it passes on', async () => {
    const { stored, meter } = await run(Readable.from([Buffer.from('hello '), Buffer.from('world')]), reading);
    expect(stored).toEqual({ ref: 'k', size: 11 });
    expect(meter.bytes).toBe(11);
    expect(meter.sha256()).toBe(createHash('sha256').update('hello world').digest('hex'));
  });

  it('stops the backend at one byte more than the limit', async () => {
    await expect(run(Readable.from([Buffer.alloc(101)]), reading)).rejects.toBeInstanceOf(DocumentTooLargeError);
    await expect(run(Readable.from([Buffer.alloc(100)]), reading)).resolves.toBeDefined();
  });

  it('tells of a body that breaks, not of the backend that broke with it', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('a');
        throw new Error('socket');
      })(),
    );
    const wrapping: Put = async (key, body) => {
      try {
        return await reading(key, body, {} as PutOptions);
      } catch (error) {
        throw new ConnectionFailedError('put', { cause: error });
      }
    };
    await expect(run(broken, wrapping)).rejects.toBeInstanceOf(MalformedUploadError);
  });

  it('tells of a backend that fails before it has read anything, and lets go of the body', async () => {
    const body = new Readable({ read: () => undefined });
    await expect(run(body, () => Promise.reject(new ConnectionFailedError('no')))).rejects.toThrow('no');
    expect(body.destroyed).toBe(true);
  });

  it('tells of a backend that lets go of the body before it says why', async () => {
    const failing: Put = async (_key, body) => {
      for await (const chunk of body) if (chunk) break;
      await sleep(20);
      throw new ConnectionFailedError('cut');
    };
    const body = new Readable({ read: () => undefined });
    body.push('a');
    await expect(run(body, failing)).rejects.toThrow('cut');
    expect(body.destroyed).toBe(true);
  });

  it.each([
    ['breaks', new Error('socket')],
    ['is closed', undefined],
  ])('tells of a body that %s before the transfer', async (_, error) => {
    const body = new Readable({ read: () => undefined });
    body.once('error', () => undefined).destroy(error);
    await expect(run(body, reading)).rejects.toBeInstanceOf(MalformedUploadError);
  });

  it('tells of a body that is closed in the middle', async () => {
    const body = new Readable({ read: () => undefined });
    body.push('a');
    setTimeout(() => body.destroy(), 20);
    await expect(run(body, reading)).rejects.toBeInstanceOf(MalformedUploadError);
  });

  it.each([
    ['stops reading', async (key: string) => ({ ref: key, size: 3 })],
    ['keeps fewer bytes', async (key: string, body: Readable) => ({ ref: key, size: (await text(body)).length - 1 })],
  ])('does not believe a backend that %s', async (_, put) => {
    await expect(run(Readable.from([Buffer.from('abc')]), put)).rejects.toBeInstanceOf(ConnectionFailedError);
  });

  it('ends a hanging put when the client goes away', async () => {
    const gone = new AbortController();
    const hanging: Put = (_key, _body, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    const running = run(new Readable({ read: () => undefined }), hanging, 100, gone.signal);
    gone.abort(new MalformedUploadError());
    await expect(running).rejects.toBeInstanceOf(MalformedUploadError);
  });
});
