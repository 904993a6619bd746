/** A setting that cannot be used; its text names what is expected and never repeats the value. */
export class SettingProblem extends Error {}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
  tb: 1000 ** 4,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};

export function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port >= 0 && port <= 65_535)) throw new SettingProblem('must be a port number, 0 to 65535');
  return port;
}

export function readBoolean(text: string): boolean {
  const value = text.toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(value)) return true;
  if (['false', '0', 'no', 'off'].includes(value)) return false;
  throw new SettingProblem('must be true or false');
}

/** @returns days, at most a hundred years. */
export function readDays(text: string): number {
  const days = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(days >= 1 && days <= 36_500)) throw new SettingProblem('must be a number of days, 1 to 36500');
  return days;
}

/** @returns bytes. */
export function readSize(text: string): number {
  const match = /^(\d{1,15}(?:\.\d{1,3})?)\s*([a-z]*)$/i.exec(text);
  const unit = UNITS[match?.[2]?.toLowerCase() ?? ''];
  const bytes = match && unit !== undefined ? Math.floor(Number(match[1]) * unit) : NaN;
  if (!Number.isSafeInteger(bytes) || bytes < 1)
    throw new SettingProblem('must be a size such as 5GiB, 200MiB or bytes');
  return bytes;
}

export function readChoice<T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((choice) => choice === text.toLowerCase());
    if (found === undefined) throw new SettingProblem(`must be one of ${choices.join(', ')}`);
    return found;
  };
}

export function readList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** @returns the origin, without a trailing slash. */
export function readOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin =
    url !== null &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.pathname === '/' &&
    [url.search, url.hash, url.username, url.password].every((part) => part === '');
  if (!isOrigin) throw new SettingProblem('must be an origin such as https://ede.example.com, without a path');
  return url.origin;
}

export function readDatabaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['postgres:', 'postgresql:'].includes(url.protocol) || url.hostname === '') {
    throw new SettingProblem('must be a URL such as postgres://user:password@host:5432/database');
  }
  return text;
}

export function readMasterKey(text: string): Buffer {
  const isBase64 = /^[A-Za-z0-9+/]{43}=?$/.test(text) || /^[A-Za-z0-9_-]{43}=?$/.test(text);
  const key = Buffer.from(text, 'base64');
  if (!isBase64 || key.length !== 32) throw new SettingProblem('must be base64 of 32 bytes');
  return key;
}

/** Keys separated by commas. */
export function readMasterKeys(text: string): Buffer[] {
  return readList(text).map(readMasterKey);
}

export function readEmail(text: string): string {
  if (text.length > 254 || !/^[^\s@]+@[^\s@]+$/.test(text)) throw new SettingProblem('must be an e-mail address');
  return text;
}

export function readPassword(text: string): string {
  if (text.length < 12 || text.length > 128) throw new SettingProblem('must have 12 to 128 characters');
  return text;
}

/** @param limit characters. */
export function readText(limit: number): (text: string) => string {
  return (text) => {
    if (text.length > limit || /\p{Cc}/u.test(text)) {
      throw new SettingProblem(`must have at most ${limit} characters and no control characters`);
    }
    return text;
  };
}
