import { queryOptions } from '@tanstack/react-query';
import { api, answer, type Schemas } from './client';

export type Organization = Schemas['OrganizationResponse'];
export type Member = Schemas['MemberResponse'];
export type User = Schemas['UserResponse'];
export type Role = Member['role'];

interface PageOf {
  readonly cursor?: string;
  readonly limit?: number;
}

/** As many as a choice can offer. */
export const MAX_PAGE = 200;

export function organizationsQuery(page: PageOf) {
  return queryOptions({
    queryKey: ['organizations', 'list', page],
    queryFn: ({ signal }) => answer(api.GET('/api/organizations', { params: { query: page }, signal })),
  });
}

export function organizationQuery(id: string) {
  return queryOptions({
    queryKey: ['organizations', 'one', id],
    queryFn: ({ signal }) => answer(api.GET('/api/organizations/{id}', { params: { path: { id } }, signal })),
  });
}

export function membersQuery(id: string, page: PageOf) {
  return queryOptions({
    queryKey: ['organizations', 'members', id, page],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/organizations/{id}/members', { params: { path: { id }, query: page }, signal })),
  });
}

export function usersQuery(page: PageOf) {
  return queryOptions({
    queryKey: ['users', 'list', page],
    queryFn: ({ signal }) => answer(api.GET('/api/users', { params: { query: page }, signal })),
  });
}

export function userQuery(id: string) {
  return queryOptions({
    queryKey: ['users', 'one', id],
    queryFn: ({ signal }) => answer(api.GET('/api/users/{id}', { params: { path: { id } }, signal })),
  });
}
