import { readOrigin, SettingProblem } from './setting-readers.js';

const EXPECTED = 'must be a JSON object of origins, such as {"https://slack.com":"http://127.0.0.1:4999"}';

/** A JSON object, public origin → origin to use instead. */
export function readOriginOverrides(text: string): ReadonlyMap<string, string> {
  const parsed = parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new SettingProblem(EXPECTED);
  return new Map(Object.entries(parsed).map(([from, to]) => [originOf(from), originOf(to)]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SettingProblem(EXPECTED);
  }
}

function originOf(value: unknown): string {
  try {
    return readOrigin(typeof value === 'string' ? value : '');
  } catch {
    throw new SettingProblem(EXPECTED);
  }
}
