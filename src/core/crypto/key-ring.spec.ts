import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SealedError } from '../errors/index.js';
import type { Transaction } from '../ports/index.js';
import { SecretUnreadableError } from './crypto.errors.js';
import { DataKeyStore, type DataKeyRecord } from './data-key-store.js';
import { KeyRing } from './key-ring.js';
import { MasterKey } from './master-key.js';

const ACME = '01935a5e-0000-7000-8000-00000000000a';
const GLOBEX = '01935a5e-0000-7000-8000-00000000000b';
const CONTEXT = ['param', '01935a5e-0000-7000-8000-0000000000c1', 'client_secret'];
const noTransaction: Transaction = {
  query: () => Promise.resolve([]),
  emit: () => undefined,
  beforeCommit: () => undefined,
};

class MemoryKeyStore extends DataKeyStore {
  records: DataKeyRecord[] = [];
  reads = 0;
  isCurrentMaster = true;

  findCurrent(organizationId: string): Promise<DataKeyRecord | null> {
    this.reads += 1;
    return Promise.resolve(this.records.findLast((record) => record.organizationId === organizationId) ?? null);
  }

  find(organizationId: string, id: string): Promise<DataKeyRecord | null> {
    this.reads += 1;
    const isWanted = (record: DataKeyRecord): boolean => record.organizationId === organizationId && record.id === id;
    return Promise.resolve(this.records.find(isWanted) ?? null);
  }

  insert(_: Transaction, record: DataKeyRecord): Promise<boolean> {
    if (this.isCurrentMaster) this.records.push(record);
    return Promise.resolve(this.isCurrentMaster);
  }
}

async function openRing(): Promise<{ ring: KeyRing; store: MemoryKeyStore; master: MasterKey }> {
  const store = new MemoryKeyStore();
  const master = new MasterKey(randomBytes(32));
  const ring = new KeyRing(master, store);
  await ring.createDataKey(noTransaction, ACME);
  await ring.createDataKey(noTransaction, GLOBEX);
  return { ring, store, master };
}

describe('KeyRing', () => {
  it('gives back every text under the same organization and context', async () => {
    const { ring } = await openRing();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.array(fc.string()), async (text, context) => {
        expect(await ring.decrypt(ACME, context, await ring.encrypt(ACME, context, text))).toBe(text);
      }),
    );
  });

  it('reads an organization id in any case of its letters as the same', async () => {
    const { ring } = await openRing();
    expect(await ring.decrypt(ACME, CONTEXT, await ring.encrypt(ACME.toUpperCase(), CONTEXT, 'hunter2'))).toBe(
      'hunter2',
    );
  });

  it('stores version, key id, nonce, tag and ciphertext, and no plaintext', async () => {
    const { ring, store } = await openRing();
    const sealed = await ring.encrypt(ACME, CONTEXT, 'hunter2-hunter2');
    expect(sealed.length).toBe(1 + 16 + 12 + 16 + 15);
    expect(sealed[0]).toBe(1);
    expect(sealed.toString('hex', 1, 17)).toBe(store.records[0]?.id.replaceAll('-', ''));
    expect(sealed.includes('hunter2')).toBe(false);
  });

  it('never uses a nonce twice', async () => {
    const { ring } = await openRing();
    const sealed = await Promise.all(Array.from({ length: 500 }, () => ring.encrypt(ACME, CONTEXT, 'same')));
    expect(new Set(sealed.map((bytes) => bytes.toString('hex', 17, 29))).size).toBe(500);
  });

  it('refuses a ciphertext in which any single bit is flipped', async () => {
    const { ring } = await openRing();
    const sealed = await ring.encrypt(ACME, CONTEXT, 'hunter2');
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const tampered = Buffer.from(sealed);
      tampered.writeUInt8(tampered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      await expect(ring.decrypt(ACME, CONTEXT, tampered)).rejects.toThrow(SecretUnreadableError);
    }
  });

  it('refuses a ciphertext that is cut or extended', async () => {
    const { ring } = await openRing();
    const sealed = await ring.encrypt(ACME, CONTEXT, 'hunter2');
    for (let length = 0; length < sealed.length; length += 1) {
      await expect(ring.decrypt(ACME, CONTEXT, sealed.subarray(0, length))).rejects.toThrow(SecretUnreadableError);
    }
    await expect(ring.decrypt(ACME, CONTEXT, Buffer.concat([sealed, Buffer.of(0)]))).rejects.toThrow(
      SecretUnreadableError,
    );
  });

  it.each([
    ['another key name', ['param', CONTEXT[1], 'api_key']],
    ['another record', ['param', ACME, 'client_secret']],
    ['fewer parts', CONTEXT.slice(0, 2)],
    ['an empty part more', [...CONTEXT, '']],
    ['parts that join to the same text', [`param${CONTEXT[1]}`, 'client_secret']],
  ])('refuses a ciphertext that was moved to %s', async (_, context) => {
    const { ring } = await openRing();
    const sealed = await ring.encrypt(ACME, CONTEXT, 'hunter2');
    await expect(ring.decrypt(ACME, context as string[], sealed)).rejects.toThrow(SecretUnreadableError);
  });

  it('refuses a ciphertext of another organization, also when the key is moved with it', async () => {
    const { ring, store, master } = await openRing();
    const sealed = await ring.encrypt(ACME, CONTEXT, 'hunter2');
    await expect(ring.decrypt(GLOBEX, CONTEXT, sealed)).rejects.toThrow(SecretUnreadableError);

    store.records = store.records.map((record) => ({ ...record, organizationId: GLOBEX }));
    await expect(new KeyRing(master, store).decrypt(GLOBEX, CONTEXT, sealed)).rejects.toThrow(SecretUnreadableError);
  });

  it('refuses a wrapped key in which any single bit is flipped, and one of another master key', async () => {
    const { ring, store, master } = await openRing();
    const sealed = await ring.encrypt(ACME, CONTEXT, 'hunter2');
    const [record] = store.records;
    if (!record) throw new Error('no data key');
    for (let bit = 0; bit < record.wrappedKey.length * 8; bit += 1) {
      const wrappedKey = Buffer.from(record.wrappedKey);
      wrappedKey.writeUInt8(wrappedKey.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      store.records = [{ ...record, wrappedKey }];
      await expect(new KeyRing(master, store).decrypt(ACME, CONTEXT, sealed)).rejects.toThrow(SecretUnreadableError);
    }
    store.records = [record];
    const stranger = new KeyRing(new MasterKey(randomBytes(32)), store);
    await expect(stranger.decrypt(ACME, CONTEXT, sealed)).rejects.toThrow(SecretUnreadableError);
    await expect(stranger.encrypt(ACME, CONTEXT, 'x')).rejects.toThrow(SecretUnreadableError);
  });

  it('reads one stored key once for many callers, and again after a failure', async () => {
    const { ring, store, master } = await openRing();
    const sealed = await ring.encrypt(ACME, CONTEXT, 'hunter2');
    store.reads = 0;
    await Promise.all(Array.from({ length: 50 }, () => ring.decrypt(ACME, CONTEXT, sealed)));
    expect(store.reads).toBe(1);

    store.records = [];
    const cold = new KeyRing(master, store);
    await expect(cold.encrypt(ACME, CONTEXT, 'x')).rejects.toThrow(SecretUnreadableError);
    await cold.createDataKey(noTransaction, ACME);
    await expect(cold.encrypt(ACME, CONTEXT, 'x')).resolves.toBeInstanceOf(Buffer);
  });

  it('makes no data key when its master key is no longer the current one', async () => {
    const { ring, store } = await openRing();
    store.isCurrentMaster = false;
    await expect(ring.createDataKey(noTransaction, ACME)).rejects.toThrow(SealedError);
  });

  it('gives another code for each purpose and master key, the same for the same', async () => {
    const { ring } = await openRing();
    const { ring: other } = await openRing();
    expect(ring.mac('a', 'data')).toEqual(ring.mac('a', Buffer.from('data')));
    expect(ring.mac('a', 'data')).toHaveLength(32);
    expect(ring.mac('a', 'data')).not.toEqual(ring.mac('b', 'data'));
    expect(ring.mac('a', 'data')).not.toEqual(other.mac('a', 'data'));
  });

  it('does nothing while it is sealed', async () => {
    const ring = new KeyRing(null, new MemoryKeyStore());
    expect(ring.isSealed).toBe(true);
    await expect(ring.encrypt(ACME, CONTEXT, 'x')).rejects.toThrow(SealedError);
    await expect(ring.decrypt(ACME, CONTEXT, Buffer.alloc(60))).rejects.toThrow(SealedError);
    await expect(ring.createDataKey(noTransaction, ACME)).rejects.toThrow(SealedError);
    expect(() => ring.mac('a', 'x')).toThrow(SealedError);
  });
});

describe('MasterKey', () => {
  it('is recognised by id and check value, which tell nothing about it', () => {
    const bytes = randomBytes(32);
    const [key, again, other] = [new MasterKey(bytes), new MasterKey(bytes), new MasterKey(randomBytes(32))];
    expect([key.id, key.checkValue]).toEqual([again.id, again.checkValue]);
    expect(key.id).not.toEqual(other.id);
    expect(key.checkValue).not.toEqual(other.checkValue);
    expect(bytes.includes(key.id) || key.checkValue.includes(bytes.subarray(0, 8))).toBe(false);
  });

  it('takes 32 bytes and nothing else', () => {
    expect(() => new MasterKey(randomBytes(31))).toThrow(RangeError);
    expect(() => new MasterKey(randomBytes(33))).toThrow(RangeError);
  });
});
