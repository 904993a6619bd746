import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';

/**
 * Text of an input that also stands in the address.
 * @param text what stands there now.
 * @param onTyped told what was typed, trimmed, after a pause.
 * @param pauseMs milliseconds.
 * @returns what the input shows, what is told of typing, and what ends the pause at once.
 */
export function useTypedText(text: string, onTyped: (text: string) => void, pauseMs: number) {
  const [value, setValue] = useState(text);
  const sent = useRef(text);
  const send = useDebouncedCallback((typed: string) => {
    sent.current = typed.trim();
    onTyped(typed.trim());
  }, pauseMs);
  // Back, forward and "clear" change the address from outside; our own change must not undo what was typed since.
  useEffect(() => {
    if (text === sent.current) return;
    sent.current = text;
    setValue(text);
  }, [text]);
  const type = (typed: string) => {
    setValue(typed);
    send(typed);
  };
  return [value, type, () => send.flush()] as const;
}
