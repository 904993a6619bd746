import { randomBytes, type KeyObject } from 'node:crypto';
import { v7 } from 'uuid';
import { SealedError } from '../errors/index.js';
import type { Transaction } from '../ports/index.js';
import { additionalDataOf, seal, unseal } from './aead.js';
import { BoundedCache } from './bounded-cache.js';
import { SecretUnreadableError } from './crypto.errors.js';
import type { DataKeyRecord, DataKeyStore } from './data-key-store.js';
import { ENVELOPE_VERSION, packEnvelope, unpackEnvelope } from './envelope.js';
import { MASTER_KEY_BYTES, type MasterKey } from './master-key.js';

const CACHE_LIMIT = 1000;
const CACHE_TTL_MS = 60_000;

interface OpenDataKey {
  readonly id: string;
  readonly key: KeyObject;
}

/**
 * Encrypts the secrets of organizations. Without a master key it is sealed: every method then throws
 * {@link SealedError}. Ciphertext is bound to its organization and context, and cannot be read under any other.
 */
export class KeyRing {
  private readonly currentKeys = new BoundedCache<OpenDataKey>(CACHE_LIMIT, CACHE_TTL_MS);
  private readonly keys = new BoundedCache<OpenDataKey>(CACHE_LIMIT, CACHE_TTL_MS);

  constructor(
    private readonly master: MasterKey | null,
    private readonly store: DataKeyStore,
  ) {}

  /** Whether the master key is missing or wrong while data keys exist. */
  get isSealed(): boolean {
    return this.master === null;
  }

  /**
   * @param context what the text belongs to, e.g. `['param', connectorId, key]`; the same is needed to decrypt.
   * @param plaintext well-formed text, may be empty.
   * @throws SealedError, SecretUnreadableError when the organization's data key cannot be opened.
   */
  async encrypt(organizationId: string, context: readonly string[], plaintext: string): Promise<Buffer> {
    const owner = organizationId.toLowerCase();
    const { id, key } = await this.currentKey(owner);
    const sealed = seal(key, additionalData(owner, context), Buffer.from(plaintext, 'utf8'));
    return packEnvelope({ keyId: id, sealed });
  }

  /** @throws SealedError, SecretUnreadableError when a byte, the organization or the context is not what it was. */
  async decrypt(organizationId: string, context: readonly string[], sealed: Buffer): Promise<string> {
    const owner = organizationId.toLowerCase();
    this.requireMaster();
    const envelope = unpackEnvelope(sealed);
    if (!envelope) throw new SecretUnreadableError();
    const { key } = await this.keyById(owner, envelope.keyId);
    const plaintext = unseal(key, additionalData(owner, context), envelope.sealed);
    if (!plaintext) throw new SecretUnreadableError();
    return plaintext.toString('utf8');
  }

  /** Makes the first data key of a new organization, in the transaction that creates it. @throws SealedError */
  async createDataKey(tx: Transaction, organizationId: string): Promise<void> {
    const master = this.requireMaster();
    const owner = organizationId.toLowerCase();
    const id = v7();
    const wrappedKey = master.wrap(owner, id, randomBytes(MASTER_KEY_BYTES));
    const isStored = await this.store.insert(tx, { id, organizationId: owner, masterKeyId: master.id, wrappedKey });
    if (!isStored) throw new SealedError();
  }

  /**
   * HMAC-SHA256 under a key derived from the master key for one purpose.
   * @param purpose a constant, e.g. `idempotency`. @throws SealedError
   */
  mac(purpose: string, data: string | Buffer): Buffer {
    return this.requireMaster().mac(purpose, data);
  }

  private currentKey(organizationId: string): Promise<OpenDataKey> {
    const master = this.master;
    if (!master) return Promise.reject(new SealedError());
    return this.currentKeys.get(organizationId, async () =>
      open(master, organizationId, await this.store.findCurrent(organizationId)),
    );
  }

  private keyById(organizationId: string, id: string): Promise<OpenDataKey> {
    const master = this.requireMaster();
    return this.keys.get(`${organizationId}/${id}`, async () =>
      open(master, organizationId, await this.store.find(organizationId, id)),
    );
  }

  private requireMaster(): MasterKey {
    if (!this.master) throw new SealedError();
    return this.master;
  }
}

function open(master: MasterKey, organizationId: string, record: DataKeyRecord | null): OpenDataKey {
  const key = record && master.unwrap(organizationId, record.id, record.wrappedKey);
  if (!key) throw new SecretUnreadableError();
  return { id: record.id, key };
}

function additionalData(organizationId: string, context: readonly string[]): Buffer {
  return additionalDataOf(ENVELOPE_VERSION, [organizationId, ...context]);
}
