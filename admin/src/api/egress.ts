import { queryOptions } from '@tanstack/react-query';
import { api, answer, type Schemas } from './client';

export type EgressPolicy = Schemas['EgressPolicyResponse'];
export type EgressEntry = Schemas['EgressEntryResponse'];
export type EgressDecision = Schemas['EgressDecisionResponse'];

export const egressQuery = queryOptions({
  queryKey: ['egress'],
  queryFn: ({ signal }) => answer(api.GET('/api/egress', { signal })),
});
