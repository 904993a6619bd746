import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { v7 } from 'uuid';
import {
  DataKeyStore,
  INSTANCE,
  KeyFileError,
  KeyProviderError,
  KeyProviders,
  KeyRing,
  MAC_ROOT,
  MAC_ROOT_BYTES,
  MacKeys,
  type DataKeyRecord,
  type KeyProvider,
} from '../../../core/crypto/index.js';
import { KeyStateStore, type KeyRecords } from './key-state.store.js';

/** Rounds of deciding on a first key beside other processes. */
const MAX_ROUNDS = 5;

/** Why no master key is proven; the message is for administrators. */
class SealingReason extends Error {}

/**
 * Proves the master key against the database. The first start makes keys; as soon as there is an organization, only
 * the key that was used before is taken, and nothing is ever made or replaced.
 */
@Injectable()
export class KeyRingOpener {
  private readonly logger = new Logger('KeyRing');
  private said: string | null = null;

  constructor(
    private readonly providers: KeyProviders,
    private readonly state: KeyStateStore,
    private readonly store: DataKeyStore,
  ) {}

  /**
   * @returns a sealed key ring when the key is missing, wrong or away.
   * @throws KeyFileError when nothing is encrypted yet and the key file is broken or cannot be made.
   */
  async open(): Promise<KeyRing> {
    const ring = new KeyRing(this.store);
    await this.tryOpen(ring);
    return ring;
  }

  /** Opens a sealed key ring, or leaves it sealed with the reason. @throws KeyFileError as {@link open}. */
  async tryOpen(ring: KeyRing): Promise<void> {
    try {
      const macKeys = new MacKeys(await this.findMacRoot());
      ring.unseal({ find: (masterKeyId) => this.providers.find(masterKeyId), macKeys });
      if (this.said !== null) this.logger.log('The master key is proven: no longer sealed');
      this.said = null;
    } catch (error) {
      if (!(error instanceof SealingReason || error instanceof KeyProviderError)) throw error;
      ring.seal(error.message);
      this.say(`Sealed: ${error.message}`);
    }
  }

  private async findMacRoot(): Promise<Buffer> {
    const broken = await this.loadProviders();
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const records = await this.state.read();
      if (!records.isUsed && broken) throw broken;
      if (records.isUsed) return this.prove(records, broken);
      const root = (await this.proveUnused(records)) ?? (await this.establish(records));
      if (root) return root;
    }
    throw new SealingReason('other processes decide on the master key at this moment');
  }

  /** @returns what is wrong with the key file. */
  private async loadProviders(): Promise<KeyFileError | null> {
    try {
      await this.providers.load();
      return null;
    } catch (error) {
      if (error instanceof KeyFileError) return error;
      throw error;
    }
  }

  /** @returns the root of the codes. @throws SealingReason */
  private async prove(records: KeyRecords, broken: KeyFileError | null = null): Promise<Buffer> {
    const { masters, macRoot, organizationsWithoutKey, isMasterRotating } = records;
    const current = masters.find(({ isCurrent }) => isCurrent);
    if (!current) throw new SealingReason('the record of the master key is lost: restore the database from a backup');
    const provider = this.providers.find(current.masterKeyId);
    if (!provider) throw this.unknownMaster(broken);
    if (!(await provider.proves(current.checkValue))) throw this.unknownMaster(null);
    // After a rotation only keys that could not be opened may be left there: for them nothing can be done.
    if (isMasterRotating && masters.some(({ masterKeyId }) => !this.providers.find(masterKeyId))) {
      throw new SealingReason(
        'some keys are still wrapped by a former master key: keep it in EDE_MASTER_KEY_PREVIOUS, or in the key file, until its rotation is completed',
      );
    }
    if (organizationsWithoutKey > 0) {
      this.logger.error(`${organizationsWithoutKey} organizations have lost their data key: restore the database`);
    }
    this.announceWanted(provider);
    return macRoot ? this.openMacRoot(macRoot) : this.complete(records, provider);
  }

  /** Nothing is encrypted yet, so a key that does not fit is no reason to stop. */
  private async proveUnused(records: KeyRecords): Promise<Buffer | null> {
    if (!records.isInitialised) return null;
    try {
      return await this.prove(records);
    } catch (error) {
      if (error instanceof SealingReason) return null;
      throw error;
    }
  }

  private async establish(records: KeyRecords): Promise<Buffer | null> {
    if (await this.providers.establish()) {
      this.logger.log(
        `Made the master key ${this.providers.source}. Back it up: without it no stored secret can be read.`,
      );
    }
    const provider = this.providers.wanted;
    if (!provider) throw this.unknownMaster(null);
    const root = randomBytes(MAC_ROOT_BYTES);
    const check = await provider.makeCheck();
    const isOurs = await this.state.establish(records, { provider, check, instanceKeys: await keysOf(provider, root) });
    return isOurs ? root : null;
  }

  /** A database of a version that had no keys of the instance. */
  private async complete({ isInitialised }: KeyRecords, provider: KeyProvider): Promise<Buffer> {
    if (isInitialised)
      throw new SealingReason('a key beside the master key is lost: restore the database from a backup');
    await this.state.complete(await keysOf(provider, randomBytes(MAC_ROOT_BYTES)));
    const { macRoot } = await this.state.read();
    if (!macRoot) throw new Error('The keys of the instance were not stored');
    return this.openMacRoot(macRoot);
  }

  private async openMacRoot({ owner, id, masterKeyId, wrappedKey }: DataKeyRecord): Promise<Buffer> {
    const root = await this.providers.find(masterKeyId)?.unwrap({ owner, keyId: id }, wrappedKey);
    if (!root) throw new SealingReason('a key beside the master key is damaged: restore the database from a backup');
    return root;
  }

  private unknownMaster(broken: KeyFileError | null): SealingReason {
    if (broken) return new SealingReason(`the master key is missing. ${broken.message}`);
    const what = this.providers.wanted ? 'is not the one that this database was encrypted with' : 'is missing';
    return new SealingReason(`the master key ${what}. Put the right key into ${this.providers.source}`);
  }

  private announceWanted(current: KeyProvider): void {
    const { wanted } = this.providers;
    if (!wanted || wanted.masterKeyId.equals(current.masterKeyId)) return;
    this.logger.warn('There is a new master key: `npm run keys -- rotate-master` moves this database to it');
  }

  private say(reason: string): void {
    if (this.said !== reason) this.logger.error(reason);
    this.said = reason;
  }
}

/** A data key for what belongs to no organization, and the root of the codes. */
async function keysOf(provider: KeyProvider, root: Buffer): Promise<DataKeyRecord[]> {
  const wrapped = async (owner: string, key: Buffer): Promise<DataKeyRecord> => {
    const id = v7();
    return { id, owner, ...(await provider.wrap({ owner, keyId: id }, key)) };
  };
  return [await wrapped(INSTANCE, randomBytes(MAC_ROOT_BYTES)), await wrapped(MAC_ROOT, root)];
}
