import { queryOptions } from '@tanstack/react-query';
import { api, answer, type Schemas } from './client';
import type { operations } from './schema';

export type Connector = Schemas['ConnectorResponse'];
export type ConnectorParam = Schemas['ConnectorParamResponse'];
export type ParamEntry = Schemas['ParamEntryDto'];
export type ProviderType = Schemas['ProviderTypeResponse'];
export type ConfigField = Schemas['ConfigFieldResponse'];
export type TestResult = Schemas['TestResultResponse'];
export type ConnectorFilter = NonNullable<operations['listConnectors']['parameters']['query']>;

/** All registered providers, with the schema that draws their forms. */
export const providerTypesQuery = queryOptions({
  queryKey: ['connector-types'],
  queryFn: ({ signal }) => answer(api.GET('/api/connectors/types', { signal })),
  staleTime: 5 * 60_000,
});

export function connectorsQuery(filter: ConnectorFilter) {
  return queryOptions({
    queryKey: ['connectors', 'list', filter],
    queryFn: ({ signal }) => answer(api.GET('/api/connectors', { params: { query: filter }, signal })),
  });
}

export function connectorQuery(id: string) {
  return queryOptions({
    queryKey: ['connectors', 'one', id],
    queryFn: ({ signal }) => answer(api.GET('/api/connectors/{id}', { params: { path: { id } }, signal })),
  });
}
