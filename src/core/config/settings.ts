import { Injectable } from '@nestjs/common';
import type { SmtpServer } from './smtp-url.js';
import type { VaultSettings } from './vault-settings.js';

export const EGRESS_POLICIES = ['allowlist', 'strict', 'off'] as const;
export const KEY_PROVIDERS = ['environment', 'file', 'vault'] as const;
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export type EgressPolicy = (typeof EGRESS_POLICIES)[number];
export type KeyProviderKind = (typeof KEY_PROVIDERS)[number];
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything that an operator may set, validated at boot by `loadSettings`. */
@Injectable()
export class Settings {
  /** 0 lets the system choose. */
  readonly port: number = 3000;
  readonly host: string = '127.0.0.1';
  /** An origin without a trailing slash. */
  readonly publicUrl: string | null = null;
  readonly trustedProxies: readonly string[] = [];
  /** Absolute once loaded. */
  readonly dataDir: string = '.data';
  /** Whether the operator named the data directory: then it is never moved to a state folder. */
  readonly isDataDirExplicit: boolean = false;
  readonly databaseUrl: string | null = null;
  /** Who holds the master key. */
  readonly keyProvider: KeyProviderKind = 'file';
  /** 32 bytes. */
  readonly masterKey: Buffer | null = null;
  /** Former master keys, 32 bytes each: they open what the present one does not wrap yet. */
  readonly previousMasterKeys: readonly Buffer[] = [];
  /** Absolute once loaded. */
  readonly masterKeyFile: string = '.data.key';
  /** A transit engine that holds the master key, as HashiCorp Vault offers it; `null` for none. */
  readonly vault: VaultSettings | null = null;
  readonly adminEmail: string | null = null;
  readonly adminPassword: string | null = null;
  readonly organization: string = 'Default organization';
  readonly egressPolicy: EgressPolicy = 'allowlist';
  /** Entries as given; `core/egress` parses them. */
  readonly egressAllow: readonly string[] = [];
  /** `address` or `address:port` of the name servers to ask; none: those of the system. */
  readonly dnsServers: readonly string[] = [];
  /** Public origin → origin to use instead. */
  readonly endpointOverrides: ReadonlyMap<string, string> = new Map();
  /** Bytes. */
  readonly maxUpload: number = 5 * 1024 ** 3;
  /** The built-in mail transport; `null` for none. */
  readonly smtp: SmtpServer | null = null;
  /** Sender of its mails: an address, or a name with one in angle brackets. */
  readonly smtpFrom: string = 'ede@localhost';
  /** Audit events older than this are removed; `null` keeps them for good. */
  readonly auditRetentionDays: number | null = null;
  /** Mails and messages that ended longer ago are removed; `null` keeps them for good. */
  readonly messageRetentionDays: number | null = null;
  readonly hasPublicDocs: boolean = true;
  readonly logLevel: LogLevel = 'info';

  constructor(values: Partial<Settings> = {}) {
    Object.assign(this, values);
  }
}
