import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  DataKeyStore,
  KeyFileError,
  KeyProviderError,
  KeyProviders,
  type KeyProvider,
  type MasterKeyCheck,
} from '../../../../core/crypto/index.js';
import { SealedError } from '../../../../core/errors/index.js';
import { KeyProviderUnavailableError, NewMasterKeyMissingError } from '../keys.errors.js';

/** The master key that a rotation moves to. */
export interface RotationTarget extends MasterKeyCheck {
  readonly masterKeyId: Buffer;
}

/** Finds the next master key, or has it made where its holder can do that. */
@Injectable()
export class RotationTargets {
  constructor(
    private readonly providers: KeyProviders,
    private readonly dataKeys: DataKeyStore,
    private readonly dataSource: DataSource,
  ) {}

  /**
   * The key that the settings ask for, when the database does not use it yet; else a new one in the key file, or a new
   * version in the service. Done again after a crash, it takes up what it made.
   * @throws NewMasterKeyMissingError, KeyProviderUnavailableError, SealedError
   */
  async choose(): Promise<RotationTarget> {
    try {
      await this.providers.load();
      return await this.next();
    } catch (error) {
      if (!(error instanceof KeyProviderError || error instanceof KeyFileError)) throw error;
      throw new KeyProviderUnavailableError(error.message, { cause: error });
    }
  }

  private async next(): Promise<RotationTarget> {
    const current = await this.dataKeys.currentMaster();
    const { wanted } = this.providers;
    if (!current || !wanted) throw new SealedError();
    if (!wanted.masterKeyId.equals(current.masterKeyId)) return targetOf(wanted);
    if (await this.providers.renew()) return targetOf(this.providers.wanted ?? wanted);
    // Before anything is made: the holder must still be the one that knows the present key.
    if (!(await wanted.proves(current.checkValue))) throw new SealedError();
    return this.nextVersion(wanted);
  }

  private async nextVersion(wanted: KeyProvider): Promise<RotationTarget> {
    const present = await targetOf(wanted);
    if (present.masterVersion > (await this.versionInUse())) return present;
    if (!(await wanted.advance())) throw new NewMasterKeyMissingError();
    return targetOf(wanted);
  }

  private async versionInUse(): Promise<number> {
    const [row] = await this.dataSource.query<{ version: number }[]>(
      `SELECT master_version AS version FROM base_key_check WHERE is_current`,
    );
    return row?.version ?? 0;
  }
}

async function targetOf(provider: KeyProvider): Promise<RotationTarget> {
  return { masterKeyId: provider.masterKeyId, ...(await provider.makeCheck()) };
}
