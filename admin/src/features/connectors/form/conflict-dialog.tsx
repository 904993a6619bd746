import { Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { conflictRows, type Change } from './form-conflict';
import type { ConnectorForm } from './use-connector-form';
import type { Saving } from './use-save';

/** Somebody else saved first: shows what both changed and lets the user decide. */
export function ConflictDialog({ form, saving }: { readonly form: ConnectorForm; readonly saving: Saving }) {
  const isOpen = saving.conflict !== null && form.base !== null;
  return (
    <Modal opened={isOpen} onClose={saving.backToForm} title="Somebody else changed this meanwhile" size="lg">
      <Stack>
        <Text size="sm">
          Your changes are not saved. Keep yours to put them on top of what is stored now, or take theirs and lose
          yours.
        </Text>
        <Differences form={form} saving={saving} />
        <Group justify="flex-end">
          <Button variant="default" onClick={saving.backToForm} data-autofocus>
            Back to the form
          </Button>
          <Button color="red" variant="light" onClick={saving.takeTheirs}>
            Take theirs
          </Button>
          <Button onClick={saving.keepMine}>Keep mine and save</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Differences({ form, saving: { conflict } }: { readonly form: ConnectorForm; readonly saving: Saving }) {
  if (conflict === null || form.base === null) return null;
  const rows = conflictRows({ schema: form.schema, base: form.base, mine: form.values, theirs: conflict });
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Field</Table.Th>
            <Table.Th>Yours</Table.Th>
            <Table.Th>Theirs</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.key}>
              <Table.Th scope="row">{row.label}</Table.Th>
              <Table.Td>
                <ChangeText change={row.mine} />
              </Table.Td>
              <Table.Td>
                <ChangeText change={row.theirs} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const WORDS = { same: 'not changed', added: 'added', changed: 'changed', removed: 'removed' } as const;

function ChangeText({ change: { kind, text } }: { readonly change: Change }) {
  const isShown = kind === 'added' || kind === 'changed';
  return (
    <>
      <Text size="sm" c={kind === 'same' ? 'dimmed' : undefined}>
        {WORDS[kind]}
      </Text>
      {isShown && (
        <Text size="sm" fw={500} lineClamp={3} style={{ overflowWrap: 'anywhere' }}>
          {text ?? 'a secret, not shown'}
        </Text>
      )}
    </>
  );
}
