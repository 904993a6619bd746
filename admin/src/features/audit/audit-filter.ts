import type { AuditFilter } from '../../api/audit';
import { RESULT_CHOICES } from './audit-words';

export interface AuditSearch {
  readonly cursor?: string;
  readonly scope?: string;
  readonly action?: string;
  readonly actor_id?: string;
  readonly connector_id?: string;
  readonly result?: string;
  readonly since?: string;
  readonly until?: string;
}

/**
 * What the address asks of the API. Days are those of the person who looks, and the last one is meant whole.
 * @param organizationId the trail that is shown when the address names none.
 */
export function filterOf(search: AuditSearch, organizationId: string | null): AuditFilter {
  const { cursor, scope, action, actor_id, connector_id, result, since, until } = search;
  const whose =
    scope === 'instance' ? { instance: true } : organizationId === null ? {} : { organization_id: organizationId };
  const filter = {
    ...whose,
    cursor,
    action,
    actor_id,
    connector_id,
    result: RESULT_CHOICES.find(({ value }) => value === result)?.value,
    since: startOfDay(since, 0),
    until: startOfDay(until, 1),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** @returns the instant at which the day, or one some days later, begins; `undefined` when it is no date. */
function startOfDay(date: string | undefined, daysLater: number): string | undefined {
  const [year, month, day] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(date ?? '') ?? []).slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const instant = new Date(year, month - 1, day + daysLater);
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString();
}
