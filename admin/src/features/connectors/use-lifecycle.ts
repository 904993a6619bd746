import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, answer } from '../../api/client';
import { connectorQuery, type Connector } from '../../api/connectors';
import { notifyDone } from '../../components/notify';
import { refreshConnectors } from './refresh';

/** Takes a connector into use, or out of it. */
export function useActivation({ id }: Connector) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (isEnabled: boolean) => {
      const params = { path: { id } };
      return isEnabled
        ? answer(api.POST('/api/connectors/{id}/activate', { params }))
        : answer(api.POST('/api/connectors/{id}/deactivate', { params }));
    },
    onSuccess: (connector) => queries.setQueryData(connectorQuery(id).queryKey, connector),
    onSettled: () => refreshConnectors(queries),
  });
}

/** Deletes a connector, and leaves its page for the list. */
export function useDeletion({ id, name }: Connector) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (options: { readonly forgetsDocuments: boolean }) =>
      answer(
        api.DELETE('/api/connectors/{id}', {
          params: { path: { id }, query: options.forgetsDocuments ? { documents: 'forget' } : {} },
        }),
      ),
    onSuccess: async () => {
      notifyDone(`${name} was deleted`);
      // What the form holds belongs to a record that is gone: nothing to ask about.
      await navigate({ to: '/settings/integrations/connectors', ignoreBlocker: true });
      queries.removeQueries({ queryKey: connectorQuery(id).queryKey });
      await refreshConnectors(queries);
    },
  });
}
