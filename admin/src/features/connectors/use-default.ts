import { useMutation, useQueryClient, type QueryClient, type QueryKey } from '@tanstack/react-query';
import { api, answer, type Schemas } from '../../api/client';
import { connectorQuery, type Connector } from '../../api/connectors';
import { sentenceOf } from '../../components/problem-alert';
import { notifyFailed } from '../../components/notify';
import { moveDefault } from './default-move';
import { refreshConnectors } from './refresh';

type Page = Schemas['ConnectorPage'];
interface Choice {
  readonly connector: Connector;
  readonly isDefault: boolean;
}

const LISTS = ['connectors', 'list'];

/** Makes a connector the default, or gives that up: shown at once everywhere, and taken back when the server refuses. */
export function useDefault() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ connector: { id }, isDefault }: Choice) =>
      answer(api.PATCH('/api/connectors/{id}', { params: { path: { id } }, body: { is_default: isDefault } })),
    onMutate: (choice: Choice) => showAtOnce(queries, choice),
    onError: (error, { connector }, before) => {
      for (const [key, data] of before?.shown ?? []) queries.setQueryData(key, data);
      notifyFailed(`The default did not move to ${connector.name}`, sentenceOf(error));
    },
    onSettled: () => refreshConnectors(queries),
  });
}

async function showAtOnce(queries: QueryClient, { connector, isDefault }: Choice) {
  await queries.cancelQueries({ queryKey: ['connectors'] });
  const one = connectorQuery(connector.id).queryKey;
  const shown: [QueryKey, unknown][] = [
    ...queries.getQueriesData<Page>({ queryKey: LISTS }),
    [one, queries.getQueryData(one)],
  ];
  queries.setQueriesData<Page>(
    { queryKey: LISTS },
    (page) => page && { ...page, items: moveDefault(page.items, connector, isDefault) },
  );
  queries.setQueryData(one, (known) => known && moveDefault([known], connector, isDefault)[0]);
  return { shown };
}
