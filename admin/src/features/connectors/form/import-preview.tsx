import { Badge, Stack, Table, Text } from '@mantine/core';
import type { Schemas } from '../../../api/client';
import type { Connector } from '../../../api/connectors';
import { previewRows, type PreviewKind } from './import-rows';
import type { Schema } from './form-values';

/** A dry run, and what to send to make it true. */
export interface PreviewedImport {
  readonly connector: Connector;
  readonly json: Record<string, unknown>;
  readonly mode: 'replace' | 'merge';
  readonly outcome: Schemas['ImportConfigResponse'];
}

const LOOKS: Readonly<Record<PreviewKind, { readonly label: string; readonly color: string }>> = {
  set: { label: 'Set', color: 'green' },
  replaced: { label: 'Replaced', color: 'blue' },
  removed: { label: 'Removed', color: 'red' },
  skipped: { label: 'Skipped', color: 'gray' },
};

/** What the import would do, key by key. */
export function ImportPreview({ previewed, schema }: { readonly previewed: PreviewedImport; readonly schema: Schema }) {
  const rows = previewRows(previewed.outcome, previewed.connector, schema);
  return (
    <Stack gap="xs">
      <Text size="sm" role="status">
        {summary(rows.map(({ kind }) => kind))} Nothing is changed yet.
      </Text>
      <Table.ScrollContainer minWidth={420} mah={420}>
        <Table verticalSpacing={6} aria-label="What the import would do">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Key</Table.Th>
              <Table.Th>What happens</Table.Th>
              <Table.Th>Value</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ key, label, kind, text }) => (
              <Table.Tr key={`${kind} ${key}`}>
                <Table.Th scope="row" style={{ overflowWrap: 'anywhere' }}>
                  {label ?? key}
                  {label !== null && (
                    <Text size="xs" c="dimmed" fw={400}>
                      {key}
                    </Text>
                  )}
                </Table.Th>
                <Table.Td>
                  <Badge color={LOOKS[kind].color}>{LOOKS[kind].label}</Badge>
                </Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  <Text size="sm" lineClamp={2}>
                    {text ?? 'a secret, not shown'}
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

function summary(kinds: readonly PreviewKind[]): string {
  if (kinds.length === 0) return 'The file holds nothing to import.';
  const counts = (Object.keys(LOOKS) as PreviewKind[])
    .map((kind) => [kind, kinds.filter((found) => found === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${String(count)} ${kind === 'skipped' ? 'skipped because empty' : kind}`);
  return `${counts.join(', ')}.`;
}
