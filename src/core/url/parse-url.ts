/**
 * The parsed URL, or `null` when the text is none.
 * Not `URL.canParse`: in Node 20, once it is optimised, it refuses valid URLs with Latin-1 letters.
 */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
