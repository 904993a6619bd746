import { Alert, Code, Paper, Stack, Table, Text } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import type { ConfigField, Connector, ConnectorParam } from '../../../api/connectors';
import { RelativeTime } from '../../../components/relative-time';
import type { Schema } from './form-values';

interface Props {
  readonly connector: Connector;
  /** Empty when the provider is not available. */
  readonly schema: Schema;
  /** Why nothing can be changed here. */
  readonly reason: string;
}

/** The configuration for those who may only look. */
export function ConfigView({ connector, schema, reason }: Props) {
  return (
    <Stack gap="lg">
      <Alert variant="light" color="gray" icon={<IconEye aria-hidden />}>
        {reason}
      </Alert>
      <Paper withBorder p="md">
        {connector.param_ids.length === 0 ? (
          <Text c="dimmed">Nothing is configured yet.</Text>
        ) : (
          <Table.ScrollContainer minWidth={280}>
            <Table verticalSpacing="xs" aria-label="Configuration">
              <Table.Tbody>
                {connector.param_ids.map((param) => (
                  <Table.Tr key={param.key}>
                    <Table.Th scope="row" w="40%" style={{ overflowWrap: 'anywhere', verticalAlign: 'top' }}>
                      {schema.find(({ key }) => key === param.key)?.label ?? param.key}
                    </Table.Th>
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>
                      <ParamText param={param} schema={schema} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Paper>
    </Stack>
  );
}

function ParamText({ param, schema }: { readonly param: ConnectorParam; readonly schema: Schema }) {
  if (!param.is_set) return <Text c="dimmed">Not set</Text>;
  if (param.is_secret)
    return (
      <Text size="sm">
        Secret, set <RelativeTime at={param.updated_at} />
      </Text>
    );
  const value = param.value ?? '';
  const word = wordFor(
    schema.find(({ key }) => key === param.key),
    value,
  );
  if (word !== undefined) return word;
  return value.includes('\n') ? <Code block>{value}</Code> : value;
}

const YES_NO = new Map([
  ['true', 'Yes'],
  ['false', 'No'],
]);

/** How the form calls a value that is chosen, not typed. */
function wordFor(field: ConfigField | undefined, value: string): string | undefined {
  if (field?.type === 'boolean') return YES_NO.get(value);
  return field?.choices?.find((candidate) => candidate.value === value)?.label;
}
