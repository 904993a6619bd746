/** Why a text cannot be imported; said before anything is sent. */
export class ImportTextError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ImportTextError';
  }
}

/** The body may have 2 MiB, with what stands around the JSON. */
const MAX_BYTES = 2 * 1024 * 1024 - 1024;

/** @returns the JSON object. @throws ImportTextError when it is none, or too large. */
export function readImport(text: string): Record<string, unknown> {
  const plain = text.replace(/^\uFEFF/, '');
  if (new TextEncoder().encode(plain).length > MAX_BYTES) throw new ImportTextError('The JSON is larger than 2 MiB.');
  const parsed = parse(plain);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new ImportTextError('This is JSON, but no object: it must begin with { and end with }.');
  return parsed as Record<string, unknown>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's own message would quote the text, which may hold secrets.
    throw new ImportTextError('This is not JSON. Take the file as it was downloaded.');
  }
}
