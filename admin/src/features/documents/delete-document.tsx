import { Checkbox, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteDocument, type StoredDocument } from '../../api/documents';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { notifyDone } from '../../components/notify';

/** Deletes a document where it is stored; or, when that place is gone for good, only its record. */
export function DeleteDocument({
  document,
  onClose,
}: {
  readonly document: StoredDocument | null;
  readonly onClose: () => void;
}) {
  const queries = useQueryClient();
  const [isForget, setIsForget] = useState(false);
  const close = () => {
    setIsForget(false);
    remove.reset();
    onClose();
  };
  const remove = useMutation({
    mutationFn: ({ id }: StoredDocument) => deleteDocument(id, isForget),
    onSuccess: async (_, { name }) => {
      notifyDone(`${name} is deleted`);
      close();
      await queries.invalidateQueries({ queryKey: ['documents'] });
    },
  });
  return (
    <ConfirmDialog
      isOpen={document !== null}
      title="Delete this document?"
      confirmLabel="Delete"
      isDanger
      isBusy={remove.isPending}
      error={remove.error}
      onClose={close}
      onConfirm={() => {
        if (document) remove.mutate(document);
      }}
    >
      <Stack gap="sm">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {document?.name} is removed from where it is stored. This cannot be undone.
        </Text>
        <Checkbox
          label="Remove only the record"
          description="For files that are lost with their bucket or drive; what is stored there stays."
          checked={isForget}
          onChange={(event) => setIsForget(event.currentTarget.checked)}
        />
      </Stack>
    </ConfirmDialog>
  );
}
