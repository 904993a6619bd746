import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../config/index.js';
import { Egress } from '../egress/index.js';
import { createKeyFile, isKeyFileExposed, readKeyFile, renewKeyFile } from './key-file.js';
import type { KeyProvider } from './key-provider.js';
import { MasterKey } from './master-key.js';
import { VaultKeyProvider } from './vault-key.provider.js';

/** Every master key that the settings give this process: the one to use, and others that it can still read under. */
@Injectable()
export class KeyProviders {
  private readonly logger = new Logger('KeyRing');
  private readonly vault: VaultKeyProvider | null;
  private known: readonly KeyProvider[] = [];
  private isWarned = false;

  constructor(
    private readonly settings: Settings,
    egress: Egress,
  ) {
    this.vault = settings.vault && new VaultKeyProvider(settings.vault, egress);
  }

  /** The master key that is wanted, whether or not the database uses it yet; `null` when it is missing. */
  get wanted(): KeyProvider | null {
    const [first] = this.known;
    return first?.kind === this.settings.keyProvider ? first : null;
  }

  /** Where the master key is to come from, for people. */
  get source(): string {
    const { keyProvider, masterKeyFile } = this.settings;
    return { environment: 'EDE_MASTER_KEY', file: masterKeyFile, vault: 'the service at EDE_VAULT_URL' }[keyProvider];
  }

  get all(): readonly KeyProvider[] {
    return this.known;
  }

  find(masterKeyId: Buffer): KeyProvider | undefined {
    return this.known.find((provider) => provider.masterKeyId.equals(masterKeyId));
  }

  /** Reads the key file again. @throws KeyFileError when it cannot be used: then what was known stays. */
  async load(): Promise<void> {
    const { keyProvider, masterKey, previousMasterKeys } = this.settings;
    const given: KeyProvider[] = [...(masterKey ? [masterKey] : []), ...previousMasterKeys].map(
      (key) => new MasterKey(key),
    );
    const others = this.vault ? [...given, this.vault] : given;
    const filed = keyProvider === 'file' ? await this.readFile() : [];
    const first: KeyProvider[] = keyProvider === 'vault' && this.vault ? [this.vault] : filed;
    this.known = [...first, ...others.filter((provider) => !first.includes(provider))];
  }

  /** Makes the key file, when the key is to be in one and there is none. @returns whether it did. @throws KeyFileError */
  async establish(): Promise<boolean> {
    if (this.settings.keyProvider !== 'file' || this.wanted) return false;
    await createKeyFile(this.settings.masterKeyFile);
    await this.load();
    return true;
  }

  /** Puts a new key into the key file, before the present one. @returns false when keys are not in a file. @throws KeyFileError */
  async renew(): Promise<boolean> {
    if (this.settings.keyProvider !== 'file') return false;
    await renewKeyFile(this.settings.masterKeyFile);
    await this.load();
    return true;
  }

  private async readFile(): Promise<MasterKey[]> {
    const { masterKeyFile } = this.settings;
    const keys = await readKeyFile(masterKeyFile);
    if (!keys) return [];
    if (!this.isWarned && (await isKeyFileExposed(masterKeyFile))) {
      this.isWarned = true;
      this.logger.warn(`Other users of this machine may read ${masterKeyFile}: chmod 600 it`);
    }
    return keys.map((key) => new MasterKey(key, 'file'));
  }
}
