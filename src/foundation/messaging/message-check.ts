import { InvalidInputError, type InputIssue } from '../../core/errors/index.js';
import type { MessageBody, MessageDraft, MessageEnvelope } from './message-content.js';

/** Characters; services have limits of their own below it. */
export const MAX_TEXT = 40_000;
export const MAX_TARGET = 255;

const CONTROL = /\p{Cc}/u;

/**
 * Holds a message to the rules, whoever asks for it.
 * @throws InvalidInputError that names every offending place.
 */
export function checkMessage(draft: MessageDraft): { envelope: MessageEnvelope; body: MessageBody } {
  const { text, to = null, threadId = null } = draft;
  const issues = [...textIssues(text), ...targetIssues('/to', to), ...targetIssues('/thread_id', threadId)];
  if (issues.length > 0) throw new InvalidInputError(issues);
  return { envelope: { to, threadId }, body: { text: text.replaceAll('\r\n', '\n') } };
}

function textIssues(text: string): InputIssue[] {
  if (text.trim() === '') return [{ pointer: '/text', code: 'required', message: 'must not be empty' }];
  if (text.length <= MAX_TEXT) return [];
  return [{ pointer: '/text', code: 'too_long', message: `must have at most ${MAX_TEXT} characters` }];
}

/** Targets end up in headers and paths of requests. */
function targetIssues(pointer: string, target: string | null): InputIssue[] {
  if (target === null) return [];
  if (target.trim() === '') return [{ pointer, code: 'required', message: 'must not be empty' }];
  if (target.length > MAX_TARGET) {
    return [{ pointer, code: 'too_long', message: `must have at most ${MAX_TARGET} characters` }];
  }
  if (!CONTROL.test(target)) return [];
  return [{ pointer, code: 'invalid_value', message: 'must not hold control characters' }];
}
