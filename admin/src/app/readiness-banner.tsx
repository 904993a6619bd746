import { Alert } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconLock } from '@tabler/icons-react';
import { readinessQuery } from '../api/readiness';

/** Over every page while the server cannot do its work, e.g. sealed because its master key is missing. */
export function ReadinessBanner() {
  const { data: reasons = [] } = useQuery(readinessQuery);
  if (reasons.length === 0) return null;
  return (
    <Alert color="red" title="The server is not ready" icon={<IconLock aria-hidden />} role="alert" mb="lg">
      {reasons.join('. ')}. Secrets can neither be read nor written until the operator has mended that.
    </Alert>
  );
}
