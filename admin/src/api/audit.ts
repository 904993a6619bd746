import { queryOptions } from '@tanstack/react-query';
import { api, answer, type Schemas } from './client';
import type { operations } from './schema';

export type AuditEvent = Schemas['ListedAuditEventResponse'];
export type AuditFilter = NonNullable<operations['listAuditEvents']['parameters']['query']>;
export type AuditTrail = Pick<AuditFilter, 'organization_id' | 'instance'>;
export type Verification = Schemas['VerificationResponse'];

export function auditQuery(filter: AuditFilter) {
  return queryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ signal }) => answer(api.GET('/api/audit', { params: { query: filter }, signal })),
  });
}

/** The most that one page of events holds. */
const MAX_PAGE = 200;

/** The actions of a trail's newest events, by name. */
export function knownActionsQuery(trail: AuditTrail) {
  return queryOptions({
    queryKey: ['audit', 'actions', trail],
    queryFn: async ({ signal }) => {
      const query = { ...trail, limit: MAX_PAGE };
      const { items } = await answer(api.GET('/api/audit', { params: { query }, signal }));
      return [...new Set(items.map(({ action }) => action))].sort();
    },
    staleTime: 60_000,
  });
}

/**
 * Whether the trail may be exported with these filters. Asks for one event, as asking for the export itself would be
 * recorded as one.
 * @throws ApiError, ServerAwayError
 */
export function checkAuditExport({ cursor: _cursor, ...filter }: AuditFilter): Promise<unknown> {
  return answer(api.GET('/api/audit', { params: { query: { ...filter, limit: 1 } } }));
}

/** Where the browser downloads the trail from, with the same filters. */
export function auditExportUrl({ cursor: _cursor, limit: _limit, ...filter }: AuditFilter): string {
  const query = new URLSearchParams(Object.entries(filter).map(([key, value]) => [key, String(value)]));
  return `/api/audit/export?${query.toString()}`;
}

export interface VerifiedPart {
  readonly checked: number;
  /** The last answer: its outcome is that of the whole trail, as checking ends at the first broken place. */
  readonly last: Verification;
}

/**
 * Checks a whole trail, part by part.
 * @param onProgress events that were checked so far.
 */
export async function verifyTrail(scope: AuditTrail, onProgress: (checked: number) => void): Promise<VerifiedPart> {
  let [checked, isUnsigned] = [0, false];
  let after: number | undefined;
  for (;;) {
    const query = { ...scope, ...(after !== undefined && { after }) };
    const last = await answer(api.GET('/api/audit/verification', { params: { query } }));
    checked += last.checked;
    isUnsigned ||= last.outcome === 'unsigned';
    onProgress(checked);
    if (last.outcome === 'broken' || last.next_after === null)
      return { checked, last: isUnsigned && last.outcome === 'intact' ? { ...last, outcome: 'unsigned' } : last };
    after = last.next_after;
  }
}
