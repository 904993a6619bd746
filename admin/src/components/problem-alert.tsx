import { Alert, Button, Group, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ApiError } from '../api/problem';
import { issueLines } from './issues';

interface Props {
  readonly error: unknown;
  readonly title?: string;
  /** Each issue in the words of the page that knows its fields; else as well as can be said without them. */
  readonly lines?: readonly string[];
  /** Offers to try again. */
  readonly onRetry?: () => void;
  readonly children?: ReactNode;
}

/** What went wrong, in the words of the server, with the number to quote to whoever runs it. */
export function ProblemAlert({
  error,
  title = 'That did not work',
  lines = issueLines(error),
  onRetry,
  children,
}: Props) {
  if (!error) return null;
  return (
    <Alert color="red" variant="light" title={title} icon={<IconAlertTriangle aria-hidden />} role="alert">
      <Text size="sm">{sentenceOf(error)}</Text>
      {lines.length > 0 && (
        <List size="sm" my={4}>
          {[...new Set(lines)].map((line) => (
            <List.Item key={line}>{line}</List.Item>
          ))}
        </List>
      )}
      {error instanceof ApiError && (
        <Text size="xs" c="dimmed" mt={4}>
          Request {error.problem.instance}
        </Text>
      )}
      {children}
      {onRetry && (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        </Group>
      )}
    </Alert>
  );
}

/** A sentence for people; an error of our own code shows no technical text. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError && error.retryAfter !== null)
    return `${error.problem.detail} Try again in ${String(error.retryAfter)} s.`;
  if (error instanceof Error) return error.message;
  return 'Something went wrong on this page.';
}
