import { Alert, Checkbox, List, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { usagesQuery, usesOf, type Usage } from '../../api/connector-history';
import type { Connector } from '../../api/connectors';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { ProblemAlert } from '../../components/problem-alert';
import { isForgettable, usageSentence } from './usage-words';
import { useDeletion } from './use-lifecycle';

interface Props {
  readonly connector: Connector;
  readonly onClose: () => void;
}

/** Names what uses the connector before it goes; documents may be forgotten, by somebody who types that he means it. */
export function DeleteDialog({ connector, onClose }: Props) {
  const asked = useQuery({ ...usagesQuery(connector.id), staleTime: 0 });
  const deletion = useDeletion(connector);
  const [forgets, setForgets] = useState(false);
  const [typed, setTyped] = useState('');
  // Something may have begun to use it since it was asked.
  const refusedFor = usesOf(deletion.error);
  const uses = refusedFor.length > 0 ? refusedFor : asked.data;
  const isForgetting = forgets && isForgettable(uses);
  const isConfirmed = uses?.length === 0 || (isForgetting && typed.trim() === connector.name.trim());
  return (
    <ConfirmDialog
      isOpen
      title={`Delete ${connector.name}?`}
      confirmLabel={isForgetting ? 'Forget documents and delete' : 'Delete'}
      isDanger
      isBusy={deletion.isPending}
      canConfirm={isConfirmed}
      error={refusedFor.length > 0 ? null : deletion.error}
      onConfirm={() => deletion.mutate({ forgetsDocuments: isForgetting })}
      onClose={onClose}
    >
      <Stack gap="sm">
        <ProblemAlert error={asked.error} onRetry={() => void asked.refetch()} />
        {asked.isPending && <Skeleton height={44} />}
        <Uses uses={uses} />
        {isForgettable(uses) && (
          <Forget name={connector.name} forgets={forgets} typed={typed} onForgets={setForgets} onTyped={setTyped} />
        )}
      </Stack>
    </ConfirmDialog>
  );
}

function Uses({ uses }: { readonly uses: readonly Usage[] | undefined }) {
  if (!uses) return null;
  if (uses.length > 0) return <InUse uses={uses} />;
  return <Text size="sm">Nothing uses it. Its settings and its test history are deleted; this cannot be undone.</Text>;
}

function InUse({ uses }: { readonly uses: readonly Usage[] }) {
  return (
    <Alert color="yellow" title="It is in use" role="status">
      <List size="sm">
        {uses.map((usage) => (
          <List.Item key={usage.kind}>{usageSentence(usage)}</List.Item>
        ))}
      </List>
      {!isForgettable(uses) && (
        <Text size="sm" mt="xs">
          Deactivate it instead, or wait until it is no longer used.
        </Text>
      )}
    </Alert>
  );
}

interface ForgetProps {
  readonly name: string;
  readonly forgets: boolean;
  readonly typed: string;
  readonly onForgets: (forgets: boolean) => void;
  readonly onTyped: (typed: string) => void;
}

function Forget({ name, forgets, typed, onForgets, onTyped }: ForgetProps) {
  return (
    <>
      <Text size="sm">
        Without this connector its documents can no longer be read. Delete them first, or, if their storage is lost,
        forget them.
      </Text>
      <Checkbox
        label="Forget these documents"
        description="Their records are dropped, also where settings refer to them. What lies in the storage stays there, unknown from then on."
        checked={forgets}
        onChange={(event) => onForgets(event.currentTarget.checked)}
      />
      {forgets && (
        <TextInput
          label={`Type “${name}” to confirm`}
          autoComplete="off"
          value={typed}
          onChange={(event) => onTyped(event.currentTarget.value)}
        />
      )}
    </>
  );
}
