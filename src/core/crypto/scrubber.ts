import { SECRET_MASK } from './secret.js';

/** Shorter values would erase ordinary text. */
const MIN_LENGTH = 4;
/** Least length of a base64 piece inside a longer base64 text, so that only real hits count. */
const MIN_PIECE = 6;

/**
 * Replaces every occurrence of the secrets by `[secret]`: raw, URL-encoded, base64, base64url (also inside a longer
 * encoded text, as in a Basic header), hex and JSON-escaped.
 * @param secrets values shorter than 4 characters are left alone.
 */
export function scrub(text: string, secrets: readonly string[]): string {
  // No form is shorter than its secret: one that is longer than the text costs nothing.
  const possible = secrets.filter(({ length }) => length >= MIN_LENGTH && length <= text.length);
  const needles = new Set(possible.flatMap(formsOf));
  return mask(text, merge([...needles].flatMap((needle) => occurrences(text, needle))));
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const hex = bytes.toString('hex');
  const url = percentEncoded(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = [bytes.toString('base64'), bytes.toString('base64').replace(/=+$/, ''), ...base64Pieces(bytes)];
  return [
    secret,
    ...url,
    ...url.map((form) => form.replace(/%[0-9A-F]{2}/g, (triplet) => triplet.toLowerCase())),
    ...base64,
    ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
    hex,
    hex.toUpperCase(),
    json,
    json.replaceAll('/', '\\/'),
    json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ];
}

/** As `encodeURIComponent`, as RFC 3986 and as HTML forms write it. */
function percentEncoded(secret: string): string[] {
  const plain = encodeURIComponent(Buffer.from(secret, 'utf8').toString('utf8'));
  const strict = plain.replace(/[!'()*]/g, (unit) => `%${unit.charCodeAt(0).toString(16).toUpperCase()}`);
  return [plain, strict, plain.replaceAll('%20', '+'), strict.replaceAll('%20', '+')];
}

/** What the bytes look like inside a longer base64 text, for each of the three alignments, without shared characters. */
function base64Pieces(bytes: Buffer): string[] {
  return [0, 1, 2]
    .map((offset) => {
      const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
      const first = Math.ceil((offset * 8) / 6);
      const last = Math.floor(((offset + bytes.length) * 8) / 6);
      return encoded.slice(first, last);
    })
    .filter((piece) => piece.length >= MIN_PIECE);
}

function occurrences(text: string, needle: string): [number, number][] {
  const found: [number, number][] = [];
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1)) {
    found.push([at, at + needle.length]);
  }
  return found;
}

function merge(spans: [number, number][]): [number, number][] {
  const merged: [number, number][] = [];
  for (const [start, end] of spans.sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && start < last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

function mask(text: string, spans: readonly [number, number][]): string {
  let masked = '';
  let from = 0;
  for (const [start, end] of spans) {
    masked += text.slice(from, start) + SECRET_MASK;
    from = end;
  }
  return masked + text.slice(from);
}
