import { Alert, Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { verifyTrail, type AuditTrail, type VerifiedPart } from '../../api/audit';
import { ProblemAlert } from '../../components/problem-alert';
import { TaskProgress } from '../../components/task-progress';

/** Checks that no event of the trail was changed, removed or moved since it was written. */
export function VerifyTrail({ trail }: { readonly trail: AuditTrail }) {
  const [checked, setChecked] = useState(0);
  const verify = useMutation({ mutationFn: () => verifyTrail(trail, setChecked) });
  return (
    <>
      <Group>
        <Button
          variant="default"
          size="sm"
          loading={verify.isPending}
          onClick={() => {
            setChecked(0);
            verify.mutate();
          }}
        >
          Verify the trail
        </Button>
      </Group>
      {verify.isPending && <TaskProgress label="Checking the events" done={checked} total={null} />}
      <ProblemAlert error={verify.error} title="The trail could not be verified" />
      <div role="status">{verify.data && <Verdict result={verify.data} />}</div>
    </>
  );
}

function Verdict({ result: { checked, last } }: { readonly result: VerifiedPart }) {
  const events = `${String(checked)} ${checked === 1 ? 'event' : 'events'}`;
  if (last.outcome === 'intact') return <Alert color="green" title="The trail is whole">{`${events} checked.`}</Alert>;
  if (last.outcome === 'unsigned')
    return (
      <Alert color="yellow" title="The trail is linked, but not all of it is signed">
        {`${events} checked. Some carry no signature: they were written while the server was sealed, or somebody removed it.`}
      </Alert>
    );
  return (
    <Alert color="red" title="The trail is broken">
      {last.broken === null
        ? `Found after ${events}.`
        : `Event ${String(last.broken.sequence)} is the first that does not fit.`}
    </Alert>
  );
}
