import { Button, Text } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { documentsQuery, type StoredDocument } from '../../api/documents';
import { isAdminOf, sessionQuery } from '../../api/session';
import { formatBytes } from '../../components/bytes';
import { DataList, type Column } from '../../components/data-list';
import { DocumentLink } from '../../components/document-link';
import { EmptyState } from '../../components/empty-state';
import { FileDrop } from '../../components/file-drop';
import { Page } from '../../components/page';
import { RelativeTime } from '../../components/relative-time';
import { useCursorChange } from '../../components/use-cursor';
import { uploads } from '../uploads/uploads';
import { DeleteDocument } from './delete-document';
import { ViaConnector } from '../../components/connector-link';

const route = getRouteApi('/app/documents');

export function DocumentsPage() {
  const { cursor } = route.useSearch();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const organizationId = session.organization_id;
  const query = useQuery(
    documentsQuery({ cursor, ...(organizationId !== null && { organization_id: organizationId }) }),
  );
  const changeCursor = useCursorChange();
  const [toDelete, setToDelete] = useState<StoredDocument | null>(null);
  const isAdmin = isAdminOf(session, organizationId);
  return (
    <Page
      title="Documents"
      description="Files of the organization, kept by the storage connector that was the active default when they came."
    >
      {isAdmin && (
        <FileDrop
          label="Drop files here to upload them"
          buttonLabel="Choose files"
          isMultiple
          onFiles={(files) => uploads.add(files, organizationId)}
        />
      )}
      <DataList
        label="Documents"
        query={query}
        columns={columnsFor(isAdmin, setToDelete)}
        rowKey={({ id }) => id}
        empty={
          <EmptyState title="No documents yet">
            What is uploaded here or by other modules appears in this list.
          </EmptyState>
        }
        cursor={cursor}
        onCursor={changeCursor}
      />
      <DeleteDocument document={toDelete} onClose={() => setToDelete(null)} />
    </Page>
  );
}

function columnsFor(isAdmin: boolean, onDelete: (document: StoredDocument) => void): Column<StoredDocument>[] {
  const columns: Column<StoredDocument>[] = [
    {
      header: 'Name',
      cell: ({ id, name }) => <DocumentLink id={id} name={name} />,
    },
    { header: 'Size', isNumeric: true, cell: ({ size }) => formatBytes(size) },
    { header: 'Type', isWhole: true, cell: ({ mime }) => <Text size="sm">{mime}</Text> },
    {
      header: 'Stored at',
      cell: ({ connector_id }) => <ViaConnector connectorId={connector_id} builtIn="Local filesystem" />,
    },
    { header: 'Uploaded', isWhole: true, cell: ({ created_at }) => <RelativeTime at={created_at} /> },
  ];
  if (!isAdmin) return columns;
  const actions: Column<StoredDocument> = {
    header: 'Actions',
    isWhole: true,
    cell: (document) => (
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Delete ${document.name}`}
        onClick={() => onDelete(document)}
      >
        Delete
      </Button>
    ),
  };
  return [...columns, actions];
}
