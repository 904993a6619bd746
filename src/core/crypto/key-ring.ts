import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { v7 } from 'uuid';
import { SealedError } from '../errors/index.js';
import type { Transaction } from '../ports/index.js';
import { additionalDataOf, seal, unseal } from './aead.js';
import { BoundedCache } from './bounded-cache.js';
import { SecretUnreadableError } from './crypto.errors.js';
import type { DataKeyRecord, DataKeyStore } from './data-key-store.js';
import { ENVELOPE_VERSION, keyIdOf, packEnvelope, unpackEnvelope } from './envelope.js';
import { KeyProviderError, type KeyProvider } from './key-provider.js';
import type { MacKeys } from './mac-keys.js';
import { MASTER_KEY_BYTES } from './master-key.js';

const CACHE_LIMIT = 1000;
/** How long an opened key is used before its master key is asked again. */
const KEY_TTL_MS = 60 * 60_000;
/** How long what was warmed is good at least: longer than any transaction waits and runs. */
const WARM_MS = 5 * 60_000;
/**
 * How long a process that hears nothing goes on with a data key after a new one was made. What it stores meanwhile is
 * found by the last look of a rotation, a quarter of an hour after its end. Above `WARM_MS` by the age at which warming
 * reads the id again.
 */
const CURRENT_TTL_MS = WARM_MS + 60_000;
const RETRY_AFTER_SECONDS = 5;

/** What an open key ring works with. */
export interface KeyRingOpening {
  /** The provider that holds a master key; undefined when this process has none that does. */
  readonly find: (masterKeyId: Buffer) => KeyProvider | undefined;
  readonly macKeys: MacKeys;
}

/**
 * Encrypts the secrets of organizations. Without a proven master key it is sealed: every method then throws
 * {@link SealedError}. Ciphertext is bound to its owner and context, and cannot be read under any other.
 * An owner is an organization's id, or `INSTANCE` for what belongs to none.
 */
export class KeyRing {
  private readonly currentIds = new BoundedCache<string>(CACHE_LIMIT, CURRENT_TTL_MS);
  private readonly keys = new BoundedCache<KeyObject>(CACHE_LIMIT, KEY_TTL_MS);
  private opening: KeyRingOpening | null = null;
  private reason: string | null = 'the master key is not proven yet';

  constructor(private readonly store: DataKeyStore) {}

  /** Whether no master key is proven: it is missing, wrong, or its provider is away. */
  get isSealed(): boolean {
    return this.opening === null;
  }

  /** Why it is sealed, for administrators; `null` when it is not. */
  get sealedReason(): string | null {
    return this.opening === null ? this.reason : null;
  }

  /** For whoever has proven the master key. */
  unseal(opening: KeyRingOpening): void {
    this.opening = opening;
  }

  /** @param reason safe text for administrators. */
  seal(reason: string): void {
    this.opening = null;
    this.reason = reason;
    this.currentIds.clear();
    this.keys.clear();
  }

  /**
   * Takes up new current data keys. They are opened before anybody needs them: whoever encrypts may hold a database
   * connection and would have to wait for a second one.
   * @param owners those in use when they are left out. @throws SealedError when a key cannot be opened now.
   */
  async refreshCurrent(owners: readonly string[] = this.ownersInUse()): Promise<void> {
    if (this.isSealed || owners.length === 0) return;
    const ids = await this.store.findCurrentIds(owners);
    for (const owner of owners) {
      const id = ids.get(owner);
      if (id !== undefined && (await this.canOpen(owner, id))) this.currentIds.put(owner, id);
      else this.currentIds.delete(owner);
    }
  }

  /**
   * @param context what the text belongs to, e.g. `['param', connectorId, key]`; the same is needed to decrypt.
   * @param plaintext well-formed text, may be empty.
   * @throws SealedError, SecretUnreadableError when the owner's data key cannot be opened.
   */
  async encrypt(organizationId: string, context: readonly string[], plaintext: string): Promise<Buffer> {
    const owner = organizationId.toLowerCase();
    this.requireOpen();
    const keyId = await this.currentIds.get(owner, () => this.readCurrentId(owner));
    const sealed = seal(await this.keyById(owner, keyId), additionalData(owner, context), Buffer.from(plaintext));
    return packEnvelope({ keyId, sealed });
  }

  /**
   * Opens the owner's current data key and those of stored ciphertexts for the next five minutes, so that working with
   * them needs neither a database connection nor a provider. For whoever is about to take a connection: ten that wait for
   * an eleventh block each other. A damaged key is told to those who use it.
   * @throws SealedError
   */
  async warm(organizationId: string, stored: readonly Buffer[] = []): Promise<void> {
    const owner = organizationId.toLowerCase();
    this.requireOpen();
    const ids = new Set(stored.map(keyIdOf).filter((id) => id !== null));
    try {
      ids.add(await this.currentIds.get(owner, () => this.readCurrentId(owner), undefined, WARM_MS));
    } catch (error) {
      if (!(error instanceof SecretUnreadableError)) throw error;
    }
    await Promise.all([...ids].map((id) => this.canOpen(owner, id, WARM_MS)));
  }

  /** @throws SealedError, SecretUnreadableError when a byte, the owner or the context is not what it was. */
  async decrypt(organizationId: string, context: readonly string[], sealed: Buffer): Promise<string> {
    const owner = organizationId.toLowerCase();
    this.requireOpen();
    const envelope = unpackEnvelope(sealed);
    if (!envelope) throw new SecretUnreadableError();
    const key = await this.keyById(owner, envelope.keyId);
    const plaintext = unseal(key, additionalData(owner, context), envelope.sealed);
    if (!plaintext) throw new SecretUnreadableError();
    return plaintext.toString('utf8');
  }

  /**
   * Makes a data key, not stored yet. May ask a remote provider: never call it inside a transaction.
   * @throws SealedError
   */
  async prepareDataKey(organizationId: string): Promise<DataKeyRecord> {
    const { find } = this.requireOpen();
    const owner = organizationId.toLowerCase();
    const master = await this.store.currentMaster();
    const provider = master && find(master.masterKeyId);
    // Proven again: a remote provider that lost its key may make another one without a word.
    if (!provider || !(await asked(provider.proves(master.checkValue)))) throw new SealedError();
    const id = v7();
    const wrapped = await asked(provider.wrap({ owner, keyId: id }, randomBytes(MASTER_KEY_BYTES)));
    return { id, owner, ...wrapped };
  }

  /** Stores the first data key of a new organization, in the transaction that creates it. @throws SealedError */
  async storeDataKey(tx: Transaction, prepared: DataKeyRecord): Promise<void> {
    this.requireOpen();
    if (!(await this.store.insert(tx, prepared))) throw new SealedError();
  }

  /**
   * HMAC-SHA256 under a key of one purpose. It stays the same when data keys or the master key are rotated.
   * @param purpose a constant, e.g. `idempotency`. @throws SealedError
   */
  mac(purpose: string, data: string | Buffer): Buffer {
    return this.requireOpen().macKeys.mac(purpose, data);
  }

  private ownersInUse(): string[] {
    const readers = this.keys.keys().map((place) => place.slice(0, place.indexOf('/')));
    return [...new Set([...this.currentIds.keys(), ...readers])];
  }

  private async canOpen(owner: string, id: string, spareMs = 0): Promise<boolean> {
    try {
      await this.keyById(owner, id, spareMs);
      return true;
    } catch (error) {
      if (error instanceof SecretUnreadableError) return false;
      throw error;
    }
  }

  private async readCurrentId(owner: string): Promise<string> {
    const id = await this.store.findCurrentId(owner);
    if (id === null) throw new SecretUnreadableError();
    return id;
  }

  /** An opened key stays in use while its provider is away. */
  private keyById(owner: string, id: string, spareMs = 0): Promise<KeyObject> {
    const { find } = this.requireOpen();
    const isAway = (error: unknown): boolean => error instanceof SealedError;
    return this.keys.get(`${owner}/${id}`, () => this.openKey(find, owner, id), isAway, spareMs);
  }

  private async openKey(find: KeyRingOpening['find'], owner: string, id: string): Promise<KeyObject> {
    const record = await this.store.find(owner, id);
    if (!record) throw new SecretUnreadableError();
    const provider = find(record.masterKeyId);
    // Not damaged: another process has a master key that this one does not know.
    if (!provider) throw new SealedError('A data key is wrapped by a master key that this process does not have');
    const bytes = await asked(provider.unwrap({ owner, keyId: record.id }, record.wrappedKey));
    if (!bytes) throw new SecretUnreadableError();
    return createSecretKey(bytes);
  }

  private requireOpen(): KeyRingOpening {
    if (!this.opening) throw new SealedError();
    return this.opening;
  }
}

/** What a provider cannot do now is no damage: the caller may come again. */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof KeyProviderError)) throw error;
    throw new SealedError(error.message, { cause: error, retryAfter: RETRY_AFTER_SECONDS });
  }
}

function additionalData(owner: string, context: readonly string[]): Buffer {
  return additionalDataOf(ENVELOPE_VERSION, [owner, ...context]);
}
