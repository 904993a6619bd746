import { queryOptions } from '@tanstack/react-query';
import { api, answer, type Schemas } from './client';

export type Session = Schemas['SessionResponse'];

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => answer(api.GET('/api/auth/session', { signal })),
  staleTime: 60_000,
});

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => answer(api.GET('/api/setup', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

export const menusQuery = queryOptions({
  queryKey: ['menus'],
  queryFn: ({ signal }) => answer(api.GET('/api/menus', { signal })),
  staleTime: 60_000,
});

/** Whether the signed-in user may change what belongs to the organization; the server decides in the end. */
export function isAdminOf(session: Session, organizationId: string | null): boolean {
  if (session.user.is_admin) return true;
  return session.organizations.some(({ id, role }) => id === organizationId && role === 'admin');
}

export function organizationName(session: Session, organizationId: string | null): string {
  return session.organizations.find(({ id }) => id === organizationId)?.name ?? 'Another organization';
}
