import { Button, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, answer } from '../../api/client';
import { egressQuery, type EgressEntry, type EgressPolicy } from '../../api/egress';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { notifyDone } from '../../components/notify';
import { RelativeTime } from '../../components/relative-time';
import table from '../../components/data-list.module.css';
import { NewEgressEntry } from './new-egress-entry';

/** The entries that administrators of the instance made. */
export function EgressEntries({ egress }: { readonly egress: EgressPolicy }) {
  const [toRemove, setToRemove] = useState<EgressEntry | null>(null);
  return (
    <Paper component="section" withBorder p="md" aria-labelledby="entries">
      <Stack>
        <Title order={2} id="entries">
          Allowed targets
        </Title>
        <NewEgressEntry />
        {egress.entries.length === 0 ? (
          <Text size="sm" c="dimmed">
            No target was added here yet.
          </Text>
        ) : (
          <EntryTable entries={egress.entries} onRemove={setToRemove} />
        )}
      </Stack>
      <RemoveEntry entry={toRemove} onClose={() => setToRemove(null)} />
    </Paper>
  );
}

interface EntryTableProps {
  readonly entries: readonly EgressEntry[];
  readonly onRemove: (entry: EgressEntry) => void;
}

function EntryTable({ entries, onRemove }: EntryTableProps) {
  return (
    <Table role="table" aria-label="Allowed targets" className={table.table}>
      <Table.Thead role="rowgroup">
        <Table.Tr role="row">
          {['Target', 'What it is for', 'Added', 'Actions'].map((header) => (
            <Table.Th key={header} role="columnheader">
              {header}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody role="rowgroup">
        {entries.map((entry) => (
          <Table.Tr key={entry.id} role="row">
            <Table.Td role="cell" data-label="Target">
              {entry.entry}
            </Table.Td>
            <Table.Td role="cell" data-label="What it is for">
              {entry.comment}
            </Table.Td>
            <Table.Td role="cell" data-label="Added">
              <RelativeTime at={entry.created_at} />
            </Table.Td>
            <Table.Td role="cell" data-label="Actions">
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Remove ${entry.entry}`}
                onClick={() => onRemove(entry)}
              >
                Remove
              </Button>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function RemoveEntry({ entry, onClose }: { readonly entry: EgressEntry | null; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: ({ id }: EgressEntry) => answer(api.DELETE('/api/egress/entries/{id}', { params: { path: { id } } })),
    onSuccess: async (_, removed) => {
      notifyDone(`${removed.entry} is no longer allowed`);
      onClose();
      await queries.invalidateQueries({ queryKey: egressQuery.queryKey });
    },
  });
  return (
    <ConfirmDialog
      isOpen={entry !== null}
      title="Remove this target?"
      confirmLabel="Remove"
      isDanger
      isBusy={remove.isPending}
      error={remove.error}
      onClose={() => {
        remove.reset();
        onClose();
      }}
      onConfirm={() => {
        if (entry) remove.mutate(entry);
      }}
    >
      <Text size="sm">Connectors that reach {entry?.entry} fail from then on.</Text>
    </ConfirmDialog>
  );
}
