import { Alert, Badge, Group, List, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconSend, IconX, type Icon } from '@tabler/icons-react';
import type { TestResult } from '../../api/connectors';
import { RelativeTime } from '../../components/relative-time';
import { firstRed, headline, nextStep, stepName, type Outcome, type Step } from './test-words';
import type { TestRun } from './use-test-run';

interface Look {
  readonly color: string;
  readonly icon: Icon;
}

export const OUTCOMES: Readonly<Record<Outcome, Look & { readonly label: string }>> = {
  ok: { color: 'green', icon: IconCheck, label: 'Passed' },
  degraded: { color: 'yellow', icon: IconAlertTriangle, label: 'Warning' },
  failed: { color: 'red', icon: IconX, label: 'Failed' },
  not_testable: { color: 'gray', icon: IconSend, label: 'Not testable' },
};

/** The last result with every step. */
export function LatestRun({ run }: { readonly run: TestRun }) {
  const { result, isDraft } = run;
  const { color, icon: OutcomeIcon } = OUTCOMES[result.details.outcome];
  const next = nextStep(result, isDraft);
  return (
    <Alert color={color} variant="light" icon={<OutcomeIcon aria-hidden />} title={headline(result)} role="group">
      <Stack gap="xs">
        <Text size="sm">{result.message}</Text>
        <Steps result={result} />
        <Text size="xs">
          {isDraft ? 'Unsaved settings' : 'Saved settings'} · {result.details.latency_ms} ms in all ·{' '}
          <RelativeTime at={run.at} />
        </Text>
        {next !== null && (
          <Text size="sm" fw={550}>
            {next}
          </Text>
        )}
      </Stack>
    </Alert>
  );
}

function Steps({ result }: { readonly result: TestResult }) {
  const red = firstRed(result);
  if (result.details.steps.length === 0) return null;
  return (
    <List listStyleType="none" spacing={6} size="sm" aria-label="Steps">
      {result.details.steps.map((step) => (
        <List.Item key={step.name}>
          <StepLine step={step} isFirstRed={step === red} />
        </List.Item>
      ))}
    </List>
  );
}

function StepLine({ step, isFirstRed }: { readonly step: Step; readonly isFirstRed: boolean }) {
  const StepIcon = step.ok ? IconCheck : IconX;
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <ThemeIcon size={20} radius="xl" color={step.ok ? 'green' : 'red'} aria-hidden>
        <StepIcon size={13} />
      </ThemeIcon>
      <div>
        <Text size="sm" component="span" fw={isFirstRed ? 650 : undefined}>
          {stepName(step)}: {step.ok ? 'ok' : 'failed'}
        </Text>{' '}
        <Text size="xs" component="span">
          {step.ms} ms
        </Text>
        {isFirstRed && step.hint !== undefined && <Text size="sm">What to do: {step.hint}</Text>}
      </div>
    </Group>
  );
}

/** What was found before, so that it can be compared. */
export function EarlierRuns({ runs }: { readonly runs: readonly TestRun[] }) {
  return (
    <Stack gap={6}>
      <Text size="sm" fw={600} component="h3">
        Before
      </Text>
      <List listStyleType="none" spacing={6} size="sm">
        {runs.map((run) => {
          const { color, label } = OUTCOMES[run.result.details.outcome];
          return (
            <List.Item key={run.id}>
              <Group gap="xs">
                <Badge color={color} size="sm">
                  {label}
                </Badge>
                <Text size="sm">{headline(run.result)}</Text>
                <Text size="xs" c="dimmed" component="span">
                  <RelativeTime at={run.at} />
                </Text>
              </Group>
            </List.Item>
          );
        })}
      </List>
    </Stack>
  );
}
