import { queryOptions } from '@tanstack/react-query';
import { api, answer, type Schemas } from './client';

export type MailSummary = Schemas['EmailMessageSummary'];
export type Mail = Schemas['EmailMessageResponse'];
export type ChatSummary = Schemas['MessageSummary'];
export type Chat = Schemas['MessageResponse'];
export type DeliveryStatus = MailSummary['status'];

export interface DeliveryFilter {
  readonly cursor?: string;
  readonly status?: DeliveryStatus;
  readonly organization_id?: string;
}

const POLL_MS = 2_000;

/** While something is on its way it is looked at again. */
function pollWhile(isMoving: boolean): number | false {
  return isMoving && POLL_MS;
}

export function isOnItsWay({ status }: { readonly status: DeliveryStatus }): boolean {
  return status === 'queued' || status === 'sending';
}

export function mailsQuery(filter: DeliveryFilter) {
  return queryOptions({
    queryKey: ['mail', 'list', filter],
    queryFn: ({ signal }) => answer(api.GET('/api/email/messages', { params: { query: filter }, signal })),
    refetchInterval: ({ state }) => pollWhile(state.data?.items.some(isOnItsWay) ?? false),
  });
}

export function mailQuery(id: string) {
  return queryOptions({
    queryKey: ['mail', 'one', id],
    queryFn: ({ signal }) => answer(api.GET('/api/email/messages/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => pollWhile(state.data !== undefined && isOnItsWay(state.data)),
  });
}

export function chatsQuery(filter: DeliveryFilter) {
  return queryOptions({
    queryKey: ['chat', 'list', filter],
    queryFn: ({ signal }) => answer(api.GET('/api/messaging/messages', { params: { query: filter }, signal })),
    refetchInterval: ({ state }) => pollWhile(state.data?.items.some(isOnItsWay) ?? false),
  });
}

export function chatQuery(id: string) {
  return queryOptions({
    queryKey: ['chat', 'one', id],
    queryFn: ({ signal }) => answer(api.GET('/api/messaging/messages/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => pollWhile(state.data !== undefined && isOnItsWay(state.data)),
  });
}

const STATUSES: readonly string[] = ['queued', 'sending', 'sent', 'failed'] satisfies DeliveryStatus[];

/** What of an address is a status; anything else is no filter. */
export function statusOf(text: string | undefined): DeliveryStatus | undefined {
  return text !== undefined && STATUSES.includes(text) ? (text as DeliveryStatus) : undefined;
}
