import { useEffect, useState } from 'react';

const COPIED_MS = 2_000;
const ADVICE = 'Selected: press Ctrl+C, or ⌘C, to copy it. Only by https may a page copy by itself.';

/**
 * Copies a text. Where the browser lets no page reach the clipboard, which is so by plain http, the text is selected for
 * the user to copy.
 * @param select selects the text where it stands.
 */
export function useCopy(text: string, select: () => void) {
  const [done, setDone] = useState<{ readonly how: 'copied' | 'selected'; readonly text: string } | null>(null);
  useEffect(() => {
    // Advice stays until it is read.
    if (done?.how !== 'copied') return undefined;
    const timer = setTimeout(() => setDone(null), COPIED_MS);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone({ how: 'copied', text });
    } catch {
      // There is no clipboard, or no permission.
      select();
      setDone({ how: 'selected', text });
    }
  };
  // Of another text nothing was copied yet.
  const how = done?.text === text ? done.how : null;
  return { copy, isCopied: how === 'copied', advice: how === 'selected' ? ADVICE : null };
}
