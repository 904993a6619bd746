import { resolve } from 'node:path';
import { readOrigin, SettingProblem } from './setting-readers.js';

/** How a transit engine is reached and used. */
export interface VaultSettings {
  /** Origin, e.g. `https://vault.internal:8200`. */
  readonly url: string;
  /** The token itself; `null` when it is in a file. Secret. */
  readonly token: string | null;
  /** Read again for each call, so that an agent may renew it. Absolute. */
  readonly tokenFile: string | null;
  /** Name of the transit key. */
  readonly key: string;
  /** Where the engine is mounted. */
  readonly mount: string;
}

const DEFAULTS = { key: 'ede-connectors', mount: 'transit' };
/** One path segment, or for the mount several. */
const NAME = /^[A-Za-z0-9_.-]+$/;
const PATH = /^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/;

/**
 * Reads the `EDE_VAULT_*` settings.
 * @param given the value of a variable, if it is set.
 * @param problems takes one line for each setting that cannot be used.
 * @returns `null` without a URL.
 */
export function readVault(
  given: (name: string) => string | undefined,
  cwd: string,
  problems: string[],
): VaultSettings | null {
  const url = given('EDE_VAULT_URL');
  if (url === undefined) return null;
  const token = given('EDE_VAULT_TOKEN') ?? null;
  const tokenFile = given('EDE_VAULT_TOKEN_FILE');
  if ((token === null) === (tokenFile === undefined)) {
    problems.push('EDE_VAULT_URL is set, so one of EDE_VAULT_TOKEN and EDE_VAULT_TOKEN_FILE must be set');
  }
  if (token !== null && !/^[\x21-\x7e]{1,4096}$/.test(token)) {
    problems.push('EDE_VAULT_TOKEN must have no spaces and no signs outside ASCII');
  }
  return {
    url: checkedOrigin(url, problems),
    token,
    tokenFile: tokenFile === undefined ? null : resolve(cwd, tokenFile),
    key: checked('EDE_VAULT_KEY', given('EDE_VAULT_KEY') ?? DEFAULTS.key, NAME, problems),
    mount: checked('EDE_VAULT_MOUNT', given('EDE_VAULT_MOUNT') ?? DEFAULTS.mount, PATH, problems),
  };
}

function checkedOrigin(text: string, problems: string[]): string {
  try {
    return readOrigin(text);
  } catch (error) {
    if (!(error instanceof SettingProblem)) throw error;
    problems.push(`EDE_VAULT_URL ${error.message}`);
    return '';
  }
}

function checked(name: string, text: string, pattern: RegExp, problems: string[]): string {
  const isDots = text.split('/').some((segment) => /^\.+$/.test(segment));
  if (!pattern.test(text) || isDots)
    problems.push(`${name} must have letters, digits, dots, dashes and underscores only`);
  return text;
}
