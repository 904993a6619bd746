import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, answer, type Schemas } from '../../api/client';
import type { Connector, ParamEntry, ProviderType, TestResult } from '../../api/connectors';
import { ApiError } from '../../api/problem';
import { refreshConnectors } from './refresh';

export type TestOptions = Pick<Schemas['TestConnectorDto'], 'deep' | 'send'>;

/** A finished test, as it stays on the screen. */
export interface TestRun {
  readonly id: number;
  readonly at: string;
  readonly isDraft: boolean;
  readonly isDeep: boolean;
  readonly result: TestResult;
}

interface Subject {
  readonly type: ProviderType;
  readonly connector: Connector | null;
  readonly isDirty: boolean;
  readonly draft: () => ParamEntry[];
}

interface Sent {
  readonly options: TestOptions;
  /** `null`: the saved record. */
  readonly entries: ParamEntry[] | null;
}

const KEPT = 5;

/** Runs tests of the saved record, or of the draft while the form holds changes; keeps the last results. */
export function useTestRun(subject: Subject) {
  const queries = useQueryClient();
  const [runs, setRuns] = useState<readonly TestRun[]>([]);
  const [notBefore, setNotBefore] = useState(0);
  const run = useMutation({
    mutationFn: (sent: Sent) => send(subject, sent),
    onSuccess: (result, { options, entries }) => {
      const finished = {
        at: new Date().toISOString(),
        isDraft: entries !== null,
        isDeep: options.deep,
        result,
      };
      setRuns((before) => [{ id: (before[0]?.id ?? 0) + 1, ...finished }, ...before].slice(0, KEPT));
    },
    onError: (error) => setNotBefore(nextTry(error)),
    onSettled: (_result, _error, { entries }) => (entries === null ? refreshConnectors(queries) : undefined),
  });
  const start = (options: TestOptions) => {
    if (run.isPending) return;
    const isSaved = subject.connector !== null && !subject.isDirty;
    run.mutate({ options, entries: isSaved ? null : subject.draft() });
  };
  return {
    runs,
    start,
    isRunning: run.isPending,
    /** Of the last try, and gone with the next one. */
    error: run.error,
    sentEntries: run.variables?.entries ?? [],
    notBefore,
  };
}

/** When the server, which runs so many tests at once, wants to be asked again; milliseconds since the epoch. */
function nextTry(error: Error): number {
  return error instanceof ApiError ? Date.now() + (error.retryAfter ?? 0) * 1_000 : 0;
}

function send({ type, connector }: Subject, { options, entries }: Sent): Promise<TestResult> {
  if (entries === null && connector !== null)
    return answer(api.POST('/api/connectors/{id}/test', { params: { path: { id: connector.id } }, body: options }));
  const { category, provider_type } = type;
  const owner = connector === null ? {} : { connector_id: connector.id };
  const body = { category, provider_type, param_ids: entries ?? [], ...owner, ...options };
  return answer(api.POST('/api/connectors/test', { body }));
}
