import { useState } from 'react';

const ADVICE = 'Selected: press Ctrl+C, or ⌘C, to copy it. Only by https may a page copy by itself.';

/**
 * Copies a text. Where the browser lets no page reach the clipboard, which is so by plain http, the text is selected for
 * the user to copy.
 * @param select selects the text where it stands.
 */
export function useCopy(text: string, select: () => void) {
  const [state, setState] = useState<'idle' | 'copied' | 'selected'>('idle');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      // There is no clipboard, or no permission.
      select();
      setState('selected');
    }
  };
  return { copy, isCopied: state === 'copied', advice: state === 'selected' ? ADVICE : null };
}
