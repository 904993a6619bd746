import { useSuspenseQuery } from '@tanstack/react-query';
import { useContext, useEffect, useRef, useState } from 'react';
import { sessionQuery } from '../../../api/session';
import { uploadDocument } from '../../../api/upload';
import { formatBytes } from '../../../components/bytes';
import { ConnectorOrganization } from './connector-organization';
import type { Row } from './form-values';
import type { ConnectorForm } from './use-connector-form';

interface Progress {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly format: (bytes: number) => string;
  readonly onCancel: () => void;
}

type UploadedFile = NonNullable<Row['file']>;

interface Upload {
  readonly start: (file: File) => void;
  readonly progress: Progress | null;
  readonly error: unknown;
}

/** One upload at a time, which the form waits for; leaving the page ends it. */
export function useConfigUpload({ countUpload }: ConnectorForm, onDone: (file: UploadedFile) => void): Upload {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const organizationId = useContext(ConnectorOrganization) ?? session.organization_id;
  const [sent, setSent] = useState<{ file: File; bytes: number } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const start = (file: File) => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    setError(null);
    setSent({ file, bytes: 0 });
    countUpload(1);
    uploadDocument(file, {
      purpose: 'config',
      organizationId,
      signal: control.signal,
      onProgress: (bytes) => setSent({ file, bytes: Math.min(bytes, file.size) }),
    })
      .then(({ id, name }) => onDone({ id, name }))
      .catch((reason: unknown) => {
        if (!control.signal.aborted) setError(reason);
      })
      .finally(() => {
        countUpload(-1);
        if (running.current === control) setSent(null);
      });
  };
  if (sent === null) return { start, error, progress: null };
  const onCancel = () => running.current?.abort();
  return {
    start,
    error,
    progress: { label: sent.file.name, done: sent.bytes, total: sent.file.size, format: formatBytes, onCancel },
  };
}
