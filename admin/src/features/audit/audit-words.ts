import type { AuditEvent } from '../../api/audit';

type Result = AuditEvent['result'];

/** The words of the badge and of the filter. */
export const RESULTS: Readonly<Record<Result, { readonly label: string; readonly color: string }>> = {
  success: { label: 'Done', color: 'green' },
  denied: { label: 'Denied', color: 'orange' },
  failure: { label: 'Failed', color: 'red' },
};

export const RESULT_CHOICES = (Object.keys(RESULTS) as Result[]).map((value) => ({
  value,
  label: RESULTS[value].label,
}));
