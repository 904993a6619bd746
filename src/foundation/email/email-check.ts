import { InvalidInputError, type InputIssue } from '../../core/errors/index.js';
import { isUuid } from '../../core/web/index.js';
import type { Mailbox } from './contracts/index.js';
import type { EmailBody, EmailDraft, EmailEnvelope } from './email-content.js';
import { parseMailbox } from './mailbox.js';

/** Of `to`, `cc` and `bcc` together. */
export const MAX_RECIPIENTS = 100;
export const MAX_SUBJECT = 998;
/** Bytes of `text`, and of `html`. */
export const MAX_BODY = 1024 ** 2;
export const MAX_ATTACHMENTS = 20;

const FIELDS = ['to', 'cc', 'bcc'] as const;
const CONTROL = /\p{Cc}/u;

/**
 * Holds a mail to the rules, whoever asks for it: well-formed addresses, no control character in a header, limits.
 * @throws InvalidInputError that names every offending place.
 */
export function checkEmail(draft: EmailDraft): { envelope: EmailEnvelope; body: EmailBody } {
  const issues: InputIssue[] = [];
  const [to, cc, bcc] = FIELDS.map((field) => readRecipients(field, draft[field] ?? [], issues));
  const count = FIELDS.reduce((sum, field) => sum + (draft[field]?.length ?? 0), 0);
  if (draft.to.length === 0) issues.push(issue('/to', 'required', 'needs a recipient'));
  if (count > MAX_RECIPIENTS)
    issues.push(issue('/to', 'too_many', `a mail goes to ${MAX_RECIPIENTS} recipients at most`));
  issues.push(...subjectIssues(draft.subject), ...bodyIssues(draft), ...attachmentIssues(draft.attachments ?? []));
  if (issues.length > 0) throw new InvalidInputError(issues);
  const { subject, text = null, html = null } = draft;
  return { envelope: { to: to ?? [], cc: cc ?? [], bcc: bcc ?? [], subject }, body: { text, html } };
}

function readRecipients(field: string, texts: readonly string[], issues: InputIssue[]): Mailbox[] {
  const found: Mailbox[] = [];
  for (const [index, text] of texts.entries()) {
    const mailbox = parseMailbox(text);
    if (mailbox !== null) found.push(mailbox);
    else
      issues.push(issue(`/${field}/${index}`, 'invalid_address', 'must be a mail address, or a name with one in <>'));
  }
  return found;
}

function subjectIssues(subject: string): InputIssue[] {
  if (subject.length > MAX_SUBJECT) {
    return [issue('/subject', 'too_long', `must have at most ${MAX_SUBJECT} characters`)];
  }
  return CONTROL.test(subject) ? [issue('/subject', 'invalid_value', 'must not hold control characters')] : [];
}

function bodyIssues({ text = '', html = '' }: EmailDraft): InputIssue[] {
  if (text === '' && html === '') return [issue('/text', 'required', 'a mail needs text or html')];
  return Object.entries({ text, html })
    .filter(([, content]) => Buffer.byteLength(content) > MAX_BODY)
    .map(([field]) => issue(`/${field}`, 'too_long', `must have at most ${MAX_BODY} bytes`));
}

function attachmentIssues(ids: readonly string[]): InputIssue[] {
  if (ids.length > MAX_ATTACHMENTS) {
    return [issue('/attachments', 'too_many', `a mail has ${MAX_ATTACHMENTS} attachments at most`)];
  }
  return ids.flatMap((id, index) =>
    isUuid(id) ? [] : [issue(`/attachments/${index}`, 'invalid_id', 'must be a UUID')],
  );
}

function issue(pointer: string, code: string, message: string): InputIssue {
  return { pointer, code, message };
}
