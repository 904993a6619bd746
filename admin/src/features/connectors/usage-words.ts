import type { Usage } from '../../api/connector-history';

const KINDS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  documents: ['document lies there', 'documents lie there'],
  email_messages: ['mail waits to be sent through it', 'mails wait to be sent through it'],
  messaging_messages: ['message waits to be sent through it', 'messages wait to be sent through it'],
};

/** e.g. "12 documents lie there"; a kind of a module that this UI does not know is named as the server names it. */
export function usageSentence({ kind, count }: Usage): string {
  const words = KINDS[kind];
  if (!words) return `${String(count)} × ${kind.replaceAll('_', ' ')}`;
  return `${String(count)} ${count === 1 ? words[0] : words[1]}`;
}

/** Whether only documents stand in the way of a deletion: their records may be forgotten. */
export function isForgettable(uses: readonly Usage[] = []): boolean {
  return uses.length > 0 && uses.every(({ kind }) => kind === 'documents');
}
