import { resolve } from 'node:path';
import { readDnsServers } from './dns-servers.js';
import { readOriginOverrides } from './origin-overrides.js';
import { readProxies } from './proxy-list.js';
import {
  readBoolean,
  readChoice,
  readDays,
  readDatabaseUrl,
  readEmail,
  readList,
  readMasterKey,
  readMasterKeys,
  readOrigin,
  readPassword,
  readPort,
  readSize,
  readText,
  SettingProblem,
} from './setting-readers.js';
import { readSender, readSmtpUrl } from './smtp-url.js';
import { EGRESS_POLICIES, KEY_PROVIDERS, LOG_LEVELS, Settings } from './settings.js';
import { readVault } from './vault-settings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment is not usable: one line for each problem, without values. */
export class SettingsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The settings are not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

type Draft = { -readonly [Key in keyof Settings]: Settings[Key] };

/** Checks that belong to other parts of the kernel, which read the settings themselves. */
export interface SettingChecks {
  /** @throws Error with a sentence for the operator. */
  readonly egressAllowEntry?: (entry: string) => unknown;
}

/**
 * Reads and checks every setting; an empty variable counts as not set. Relative paths start at `cwd`.
 * @throws SettingsError that names all problems together.
 */
export function loadSettings(env: Environment, cwd: string = process.cwd(), checks: SettingChecks = {}): Settings {
  const problems: string[] = [];
  const draft = readAll(env, problems);
  problems.push(...egressProblems(draft.egressAllow, checks));
  if ((draft.adminEmail === null) !== (draft.adminPassword === null) && problems.length === 0) {
    problems.push('EDE_ADMIN_EMAIL and EDE_ADMIN_PASSWORD must be set together');
  }
  draft.vault = readVault((name) => given(env, name)?.trim(), cwd, problems);
  problems.push(...keyProviderProblems(draft, problems.length > 0));
  if (problems.length > 0) throw new SettingsError(problems);
  draft.dataDir = resolve(cwd, draft.dataDir);
  draft.masterKeyFile = resolve(cwd, given(env, 'EDE_MASTER_KEY_FILE')?.trim() ?? `${draft.dataDir}.key`);
  if (given(env, 'EDE_KEY_PROVIDER') === undefined && draft.masterKey !== null) draft.keyProvider = 'environment';
  return new Settings(draft);
}

function readAll(env: Environment, problems: string[]): Draft {
  const draft: Draft = new Settings();
  const take = <Value>(name: string, read: (text: string) => Value, keep: (value: Value) => void): void => {
    const text = given(env, name);
    if (text === undefined) return;
    try {
      // A password may rightly begin or end with a space.
      keep(read(name === 'EDE_ADMIN_PASSWORD' ? text : text.trim()));
    } catch (error) {
      if (!(error instanceof SettingProblem)) throw error;
      problems.push(`${name} ${error.message}`);
    }
  };
  take('PORT', readPort, (value) => (draft.port = value));
  take('HOST', readText(255), (value) => (draft.host = value));
  take('EDE_PUBLIC_URL', readOrigin, (value) => (draft.publicUrl = value));
  take('EDE_TRUSTED_PROXIES', readProxies, (value) => (draft.trustedProxies = value));
  take('EDE_DATA_DIR', readText(4096), (value) => Object.assign(draft, { dataDir: value, isDataDirExplicit: true }));
  take('DATABASE_URL', readDatabaseUrl, (value) => (draft.databaseUrl = value));
  take('EDE_MASTER_KEY', readMasterKey, (value) => (draft.masterKey = value));
  take('EDE_MASTER_KEY_PREVIOUS', readMasterKeys, (value) => (draft.previousMasterKeys = value));
  take('EDE_KEY_PROVIDER', readChoice(KEY_PROVIDERS), (value) => (draft.keyProvider = value));
  take('EDE_ADMIN_EMAIL', readEmail, (value) => (draft.adminEmail = value));
  take('EDE_ADMIN_PASSWORD', readPassword, (value) => (draft.adminPassword = value));
  take('EDE_ORGANIZATION', readText(255), (value) => (draft.organization = value));
  take('EDE_EGRESS_POLICY', readChoice(EGRESS_POLICIES), (value) => (draft.egressPolicy = value));
  take('EDE_EGRESS_ALLOW', readList, (value) => (draft.egressAllow = value));
  take('EDE_DNS_SERVERS', readDnsServers, (value) => (draft.dnsServers = value));
  take('EDE_ENDPOINT_OVERRIDES', readOriginOverrides, (value) => (draft.endpointOverrides = value));
  take('EDE_MAX_UPLOAD', readSize, (value) => (draft.maxUpload = value));
  take('EDE_SMTP_URL', readSmtpUrl, (value) => (draft.smtp = value));
  take('EDE_SMTP_FROM', readSender, (value) => (draft.smtpFrom = value));
  take('EDE_AUDIT_RETENTION_DAYS', readDays, (value) => (draft.auditRetentionDays = value));
  take('EDE_MESSAGE_RETENTION_DAYS', readDays, (value) => (draft.messageRetentionDays = value));
  take('EDE_PUBLIC_DOCS', readBoolean, (value) => (draft.hasPublicDocs = value));
  take('EDE_LOG_LEVEL', readChoice(LOG_LEVELS), (value) => (draft.logLevel = value));
  return draft;
}

/** @param hasProblems then what is missing may only have been misspelt. */
function keyProviderProblems({ keyProvider, masterKey, vault }: Draft, hasProblems: boolean): string[] {
  if (hasProblems) return [];
  if (keyProvider === 'vault' && vault === null) return ['EDE_KEY_PROVIDER is vault, so EDE_VAULT_URL must be set'];
  if (keyProvider === 'environment' && masterKey === null) {
    return ['EDE_KEY_PROVIDER is environment, so EDE_MASTER_KEY must be set'];
  }
  return [];
}

function egressProblems(entries: readonly string[], { egressAllowEntry: check }: SettingChecks): string[] {
  return entries.flatMap((entry) => {
    try {
      check?.(entry);
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : `EDE_EGRESS_ALLOW: ${entry} is not understood`];
    }
  });
}

function given(env: Environment, name: string): string | undefined {
  const text = env[name];
  return text?.trim() === '' ? undefined : text;
}
