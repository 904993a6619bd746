import { randomBytes } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { SealedError } from '../errors/index.js';
import type { Transaction } from '../ports/index.js';
import { SecretUnreadableError } from './crypto.errors.js';
import { DataKeyStore, type DataKeyRecord, type MasterKeyRecord } from './data-key-store.js';
import { KeyProviderError } from './key-provider.js';
import { keyIdOf } from './envelope.js';
import { KeyRing } from './key-ring.js';
import { MacKeys } from './mac-keys.js';
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
  master: MasterKeyRecord | null = null;
  reads = 0;
  isCurrentMaster = true;

  findCurrentId(owner: string): Promise<string | null> {
    this.reads += 1;
    return Promise.resolve(this.records.findLast((record) => record.owner === owner)?.id ?? null);
  }

  findCurrentIds(owners: readonly string[]): Promise<Map<string, string>> {
    const mine = this.records.filter(({ owner }) => owners.includes(owner));
    return Promise.resolve(new Map(mine.map(({ owner, id }) => [owner, id])));
  }

  find(owner: string, id: string): Promise<DataKeyRecord | null> {
    this.reads += 1;
    const isWanted = (record: DataKeyRecord): boolean => record.owner === owner && record.id === id;
    return Promise.resolve(this.records.find(isWanted) ?? null);
  }

  currentMaster(): Promise<MasterKeyRecord | null> {
    return Promise.resolve(this.master);
  }

  insert(_: Transaction, record: DataKeyRecord): Promise<boolean> {
    if (this.isCurrentMaster) this.records.push(record);
    return Promise.resolve(this.isCurrentMaster);
  }
}

/** A master key whose holder may be away, as a remote one can. */
class RemoteKey extends MasterKey {
  isAway = false;

  override async unwrap(...parameters: Parameters<MasterKey['unwrap']>): Promise<Buffer | null> {
    if (this.isAway) throw new KeyProviderError('away');
    return super.unwrap(...parameters);
  }
}

function ringOf(master: MasterKey, store: MemoryKeyStore, root = randomBytes(32)): KeyRing {
  const ring = new KeyRing(store);
  ring.unseal({
    find: (id) => (id.equals(master.masterKeyId) ? master : undefined),
    macKeys: new MacKeys(root),
  });
  return ring;
}

async function addKey(ring: KeyRing, owner: string): Promise<void> {
  await ring.storeDataKey(noTransaction, await ring.prepareDataKey(owner));
}

async function openRing(): Promise<{ ring: KeyRing; store: MemoryKeyStore; master: RemoteKey }> {
  const store = new MemoryKeyStore();
  const master = new RemoteKey(randomBytes(32));
  store.master = { masterKeyId: master.masterKeyId, ...(await master.makeCheck()) };
  const ring = ringOf(master, store);
  await addKey(ring, ACME);
  await addKey(ring, GLOBEX);
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

    store.records = store.records.map((record) => ({ ...record, owner: GLOBEX }));
    await expect(ringOf(master, store).decrypt(GLOBEX, CONTEXT, sealed)).rejects.toThrow(SecretUnreadableError);
  });

  it('refuses a wrapped key in which any single bit is flipped, and says of one under an unknown master key that it is sealed, not damaged', async () => {
    const { ring, store, master } = await openRing();
    const sealed = await ring.encrypt(ACME, CONTEXT, 'hunter2');
    const [record] = store.records;
    if (!record) throw new Error('no data key');
    for (let bit = 0; bit < record.wrappedKey.length * 8; bit += 1) {
      const wrappedKey = Buffer.from(record.wrappedKey);
      wrappedKey.writeUInt8(wrappedKey.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      store.records = [{ ...record, wrappedKey }];
      await expect(ringOf(master, store).decrypt(ACME, CONTEXT, sealed)).rejects.toThrow(SecretUnreadableError);
    }
    store.records = [record];
    const stranger = ringOf(new MasterKey(randomBytes(32)), store);
    await expect(stranger.decrypt(ACME, CONTEXT, sealed)).rejects.toThrow(SealedError);
    await expect(stranger.encrypt(ACME, CONTEXT, 'x')).rejects.toThrow(SealedError);
  });

  it('reads one stored key once for many callers, and again after a failure', async () => {
    const { ring, store, master } = await openRing();
    const sealed = await ring.encrypt(ACME, CONTEXT, 'hunter2');
    const fresh = ringOf(master, store);
    store.reads = 0;
    await Promise.all(Array.from({ length: 50 }, () => fresh.decrypt(ACME, CONTEXT, sealed)));
    expect(store.reads).toBe(1);

    store.records = [];
    const cold = ringOf(master, store);
    await expect(cold.encrypt(ACME, CONTEXT, 'x')).rejects.toThrow(SecretUnreadableError);
    await addKey(cold, ACME);
    await expect(cold.encrypt(ACME, CONTEXT, 'x')).resolves.toBeInstanceOf(Buffer);
  });

  it('makes no data key when its master key is no longer the current one', async () => {
    const { ring, store } = await openRing();
    store.isCurrentMaster = false;
    await expect(addKey(ring, ACME)).rejects.toThrow(SealedError);
  });

  it('gives another code for each purpose and master key, the same for the same', async () => {
    const { ring } = await openRing();
    const { ring: other } = await openRing();
    expect(ring.mac('a', 'data')).toEqual(ring.mac('a', Buffer.from('data')));
    expect(ring.mac('a', 'data')).toHaveLength(32);
    expect(ring.mac('a', 'data')).not.toEqual(ring.mac('b', 'data'));
    expect(ring.mac('a', 'data')).not.toEqual(other.mac('a', 'data'));
  });

  it('goes on with keys that it has opened while the holder of the master key is away, and refuses others as sealed', async () => {
    const { ring, store, master } = await openRing();
    const sealed = await ring.encrypt(ACME, CONTEXT, 'hunter2');
    const other = await ring.encrypt(GLOBEX, CONTEXT, 'hunter3');
    const cold = ringOf(master, store);
    expect(await cold.decrypt(ACME, CONTEXT, sealed)).toBe('hunter2');
    master.isAway = true;
    expect(await cold.decrypt(ACME, CONTEXT, sealed)).toBe('hunter2');
    await expect(cold.decrypt(GLOBEX, CONTEXT, other)).rejects.toThrow(SealedError);
    master.isAway = false;
    expect(await cold.decrypt(GLOBEX, CONTEXT, other)).toBe('hunter3');
  });

  it('has opened what it was warmed for, older keys too, before their holder goes away', async () => {
    const { ring, store, master } = await openRing();
    const old = await ring.encrypt(ACME, CONTEXT, 'before');
    await addKey(ring, ACME);
    const cold = ringOf(master, store);
    await cold.warm(ACME, [old, Buffer.from('no ciphertext')]);
    master.isAway = true;
    store.reads = 0;
    expect(await cold.decrypt(ACME, CONTEXT, old)).toBe('before');
    await expect(cold.encrypt(ACME, CONTEXT, 'after')).resolves.toBeInstanceOf(Buffer);
    expect(store.reads).toBe(0);
  });

  it('needs nothing for five minutes after it was warmed, whatever it knew before', async () => {
    const { ring, store, master } = await openRing();
    const old = await ring.encrypt(ACME, CONTEXT, 'before');
    const start = performance.now();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(start + 50_000);
    try {
      await ring.warm(ACME, [old]);
      store.reads = 0;
      master.isAway = true;
      clock.mockReturnValue(start + 50_000 + 5 * 60_000 - 1);
      await expect(ring.encrypt(ACME, CONTEXT, 'after')).resolves.toBeInstanceOf(Buffer);
      expect(await ring.decrypt(ACME, CONTEXT, old)).toBe('before');
      expect(store.reads).toBe(0);
    } finally {
      clock.mockRestore();
    }
  });

  it('hears of a new data key by itself six minutes later at the latest', async () => {
    const { ring, store } = await openRing();
    await ring.encrypt(ACME, CONTEXT, 'before');
    await addKey(ring, ACME);
    const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 6 * 60_000);
    try {
      expect(keyIdOf(await ring.encrypt(ACME, CONTEXT, 'after'))).toBe(store.records.at(-1)?.id);
    } finally {
      clock.mockRestore();
    }
  });

  it('writes with a new data key once it is told, and reads what stands under the old one', async () => {
    const { ring, store } = await openRing();
    const old = await ring.encrypt(ACME, CONTEXT, 'before');
    await addKey(ring, ACME);
    await ring.refreshCurrent();
    store.reads = 0;
    const fresh = await ring.encrypt(ACME, CONTEXT, 'after');
    expect(store.reads).toBe(0);
    expect(keyIdOf(fresh)).toBe(store.records.at(-1)?.id);
    expect(keyIdOf(fresh)).not.toBe(keyIdOf(old));
    expect([await ring.decrypt(ACME, CONTEXT, old), await ring.decrypt(ACME, CONTEXT, fresh)]).toEqual([
      'before',
      'after',
    ]);
  });

  it('does nothing while it is sealed', async () => {
    const ring = new KeyRing(new MemoryKeyStore());
    expect(ring.isSealed).toBe(true);
    await expect(ring.encrypt(ACME, CONTEXT, 'x')).rejects.toThrow(SealedError);
    await expect(ring.decrypt(ACME, CONTEXT, Buffer.alloc(60))).rejects.toThrow(SealedError);
    await expect(addKey(ring, ACME)).rejects.toThrow(SealedError);
    expect(() => ring.mac('a', 'x')).toThrow(SealedError);
  });
});

describe('MasterKey', () => {
  it('is recognised by id and check value, which tell nothing about it', async () => {
    const bytes = randomBytes(32);
    const [key, again, other] = [new MasterKey(bytes), new MasterKey(bytes), new MasterKey(randomBytes(32))];
    const { checkValue } = await key.makeCheck();
    expect(key.masterKeyId).toEqual(again.masterKeyId);
    expect(key.masterKeyId).not.toEqual(other.masterKeyId);
    expect([await again.proves(checkValue), await other.proves(checkValue)]).toEqual([true, false]);
    expect(bytes.includes(key.masterKeyId) || checkValue.includes(bytes.subarray(0, 8))).toBe(false);
  });

  it('takes 32 bytes and nothing else', () => {
    expect(() => new MasterKey(randomBytes(31))).toThrow(RangeError);
    expect(() => new MasterKey(randomBytes(33))).toThrow(RangeError);
  });
});
