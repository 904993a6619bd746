import type { ConfigField, ParamEntry, TestResult } from '../../api/connectors';
import { ApiError } from '../../api/problem';
import { issueLine, issueLines } from '../../components/issues';
import { RETYPE } from './form/form-issues';

export type Step = TestResult['details']['steps'][number];
export type Outcome = TestResult['details']['outcome'];

const STEPS: Readonly<Record<Step['name'], string>> = {
  config: 'Settings are complete',
  egress: 'Target is allowed',
  resolve: 'Name is found',
  connect: 'Connection',
  tls: 'Encryption',
  auth: 'Sign-in',
  access: 'Access',
  write: 'Write probe',
  send: 'Test message',
};

export function stepName(step: Step): string {
  return STEPS[step.name];
}

/** The step to look at: the first that did not pass. */
export function firstRed(result: TestResult): Step | undefined {
  return result.details.steps.find(({ ok }) => !ok);
}

/** The result in one line. */
export function headline(result: TestResult): string {
  const red = firstRed(result);
  switch (result.details.outcome) {
    case 'ok':
      return 'It works';
    case 'degraded':
      return 'It works, with a warning';
    case 'not_testable':
      return 'This service can only be tried by sending';
    case 'failed':
      return red ? `Failed at: ${stepName(red)}` : 'Failed';
  }
}

/** What a screen reader hears after a test. */
export function announcement(result: TestResult): string {
  const hint = firstRed(result)?.hint;
  return [`Test finished. ${headline(result)}`, result.message, hint].filter(Boolean).join('. ');
}

/** What is left to do after a result; `null` when nothing is. */
export function nextStep(result: TestResult, isDraft: boolean): string | null {
  if (result.details.stale === true)
    return 'The settings were changed while the test ran, so this result was not kept. Test again.';
  if (!result.success) return null;
  return isDraft ? 'This was tested without saving. Save, and test once more to be able to activate it.' : null;
}

/**
 * What the API found wrong with the draft, in the words of the form.
 * @param entries what was sent, in its order.
 */
export function draftIssues(
  error: unknown,
  entries: readonly ParamEntry[],
  schema: readonly ConfigField[],
): readonly string[] {
  if (!(error instanceof ApiError)) return [];
  const general = issueLines(error);
  return error.issues.map(({ pointer, code, message }, at) => {
    const index = /^\/param_ids\/(\d+)/.exec(pointer)?.[1];
    const key = index === undefined ? undefined : entries[Number(index)]?.key;
    if (key === undefined) return general[at] ?? message;
    return issueLine(
      schema.find((field) => field.key === key)?.label ?? key,
      code === 'secret_required' ? RETYPE : message,
    );
  });
}
