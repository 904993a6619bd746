import { Checkbox, Group, Paper, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Connector, ParamEntry, ProviderType } from '../../api/connectors';
import { isAdminOf, sessionQuery } from '../../api/session';
import { ProblemAlert } from '../../components/problem-alert';
import { SendTest } from './send-test';
import { TestButton } from './test-button';
import { EarlierRuns, LatestRun } from './test-result';
import { announcement, draftIssues } from './test-words';
import { useTestRun, type TestRun } from './use-test-run';
import { useWait } from './use-wait';

interface Props {
  readonly type: ProviderType;
  /** `null` while it was never saved. */
  readonly connector: Connector | null;
  /** Whether the form holds changes: then the draft is tested, not the saved record. */
  readonly isDirty: boolean;
  /** The form's params as a save would send them. */
  readonly draft: () => ParamEntry[];
}

/** Tries the service with what is saved, or with what stands in the form. */
export function TestPanel(props: Props) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const organizationId = props.connector?.organization_id ?? session.organization_id;
  return isAdminOf(session, organizationId) ? <Panel {...props} /> : null;
}

function Panel(props: Props) {
  const { type, connector, isDirty } = props;
  const run = useTestRun(props);
  const { runs, start, isRunning } = run;
  const [isDeep, setDeep] = useState(false);
  const wait = useWait(run.notBefore);
  const isDraft = connector === null || isDirty;
  return (
    <Paper withBorder p="md" component="section" aria-label="Test">
      <Stack gap="sm">
        <div>
          <Title order={2}>Test</Title>
          <Text size="sm" c="dimmed">
            {isDraft ? 'Tries what stands in the form, without saving it.' : 'Tries what is saved.'}
          </Text>
        </div>
        {type.testable && <DeepChoice isDeep={isDeep} onChange={setDeep} />}
        <Group gap="sm">
          <TestButton
            isRunning={isRunning}
            wait={wait}
            label={isDraft ? 'Test without saving' : 'Test'}
            onClick={() => start({ deep: isDeep })}
          />
        </Group>
        <Results run={run} type={type} />
        {needsSending(type, runs) && (
          <SendTest isRunning={isRunning} wait={wait} onSend={(send) => start({ deep: false, send })} />
        )}
        {runs.length > 1 && <EarlierRuns runs={runs.slice(1)} />}
      </Stack>
    </Paper>
  );
}

interface ResultsProps {
  readonly run: ReturnType<typeof useTestRun>;
  readonly type: ProviderType;
}

function Results({ run: { runs, isRunning, error, sentEntries }, type }: ResultsProps) {
  const [latest] = runs;
  return (
    <>
      <VisuallyHidden role="status">{isRunning ? 'Testing' : latest && announcement(latest.result)}</VisuallyHidden>
      <ProblemAlert
        error={error}
        title="The test could not be run"
        lines={draftIssues(error, sentEntries, type.config_schema)}
      />
      {latest && <LatestRun run={latest} />}
    </>
  );
}

/** Known beforehand, or said by the last test. */
function needsSending(type: ProviderType, [latest]: readonly TestRun[]): boolean {
  return !type.testable || latest?.result.details.outcome === 'not_testable';
}

function DeepChoice({ isDeep, onChange }: { readonly isDeep: boolean; readonly onChange: (isDeep: boolean) => void }) {
  return (
    <Checkbox
      label="Try writing too"
      description="Writes something small to the service and removes it again. Without it, only reaching, signing in and reading are tried."
      checked={isDeep}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
