import { List } from '@mantine/core';
import { ApiError } from '../../../api/problem';
import { ProblemAlert } from '../../../components/problem-alert';

/** A refused import, with each place that it names: there are no inputs that they could stand beside. */
export function ImportProblem({ error }: { readonly error: unknown }) {
  const issues = error instanceof ApiError ? error.issues : [];
  return (
    <ProblemAlert error={error} title="This cannot be imported">
      {issues.length > 0 && (
        <List size="sm" mt="xs">
          {issues.map(({ pointer, message }) => (
            <List.Item key={`${pointer} ${message}`}>{message}</List.Item>
          ))}
        </List>
      )}
    </ProblemAlert>
  );
}
