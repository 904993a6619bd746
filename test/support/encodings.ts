/**
 * The forms in which a text may stand inside of a longer one: raw, hex, base64 and base64url at each of the three
 * alignments, URL-encoded as path and as form, and as in JSON.
 */
export function encodingsOf(text: string): string[] {
  const url = encodeURIComponent(text);
  const json = JSON.stringify(text).slice(1, -1);
  return [...new Set([text, ...encodingsOfBytes(Buffer.from(text)), url, url.replaceAll('%20', '+'), json])];
}

/** The forms in which bytes may stand inside of a longer text: hex, base64 and base64url at each of the three alignments. */
export function encodingsOfBytes(bytes: Buffer): string[] {
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((offset) => base64Within(bytes, offset));
  const base64url = base64.map((piece) => piece.replaceAll('+', '-').replaceAll('/', '_'));
  return [...new Set([hex, hex.toUpperCase(), ...base64, ...base64url])];
}

/** What base64 makes of the bytes behind `offset` others, without the digits that neighbours have a share in. */
function base64Within(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}
