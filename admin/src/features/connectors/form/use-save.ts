import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { connectorQuery, type Connector, type ProviderType } from '../../../api/connectors';
import { notifyDone } from '../../../components/notify';
import { DraftKey } from '../../../api/draft-key';
import { rebase } from './form-conflict';
import { newerThan, sendDraft, type Draft } from './send-draft';
import type { ConnectorForm } from './use-connector-form';

interface Outcome {
  /** A refusal that no field shows. */
  readonly error: unknown;
  readonly refusals: number;
  /** What somebody else stored meanwhile, while the user decides. */
  readonly conflict: Connector | null;
}

export interface Saving extends Outcome {
  /** @returns what is stored now, or `null` when the form says what is wrong. */
  readonly save: () => Promise<Connector | null>;
  readonly isSaving: boolean;
  readonly keepMine: () => void;
  readonly takeTheirs: () => void;
  readonly backToForm: () => void;
}

/** Saves the form: creates what is new, replaces the params of what is not; nobody's change is overwritten unseen. */
export function useSave(form: ConnectorForm, type: ProviderType, organizationId: string | null): Saving {
  const queries = useQueryClient();
  const { outcome, setOutcome, isSaving, store } = useStore(form, type, organizationId);
  const { conflict } = outcome;
  const settle = (theirs: Connector) => {
    queries.setQueryData(connectorQuery(theirs.id).queryKey, theirs);
    setOutcome((old) => ({ ...old, conflict: null }));
  };
  return {
    ...outcome,
    isSaving,
    save: async () => (conflict === null ? store(form) : null),
    keepMine: () => {
      if (conflict === null || form.base === null) return;
      const mine = rebase({ schema: form.schema, base: form.base, mine: form.values, theirs: conflict });
      form.load(conflict, mine);
      settle(conflict);
      void store({ base: conflict, values: mine });
    },
    takeTheirs: () => {
      if (conflict === null) return;
      form.load(conflict);
      settle(conflict);
    },
    backToForm: () => setOutcome((old) => ({ ...old, conflict: null })),
  };
}

const NOTHING: Outcome = { error: null, refusals: 0, conflict: null };

/** One save at a time, and how the last one ended. */
function useStore(form: ConnectorForm, type: ProviderType, organizationId: string | null) {
  const queries = useQueryClient();
  const [outcome, setOutcome] = useState(NOTHING);
  const { isRunning, run } = useOneAtATime();
  const [draftKey] = useState(() => new DraftKey());
  const refuse = (error: unknown) => setOutcome(({ refusals }) => ({ ...NOTHING, error, refusals: refusals + 1 }));

  const send = async (draft: Draft): Promise<Connector | null> => {
    try {
      const saved = await sendDraft(draft, { type, organizationId, draftKey });
      form.load(saved);
      setOutcome(NOTHING);
      tell(queries, saved, draft.base === null);
      return saved;
    } catch (error) {
      const conflict = await newerThan(draft.base, error);
      if (conflict !== null) setOutcome({ ...NOTHING, conflict });
      else refuse(form.refuse(error, draft.sent) ? null : error);
      return null;
    }
  };

  const store = async ({ base, values }: Pick<Draft, 'base' | 'values'>): Promise<Connector | null> => {
    // The form says so itself.
    if (form.isUploading) return null;
    const sent = form.ready(values);
    if (sent === null) {
      refuse(null);
      return null;
    }
    return run(() => {
      setOutcome((old) => ({ ...old, error: null }));
      return send({ base, values, sent });
    });
  };
  return { outcome, setOutcome, isSaving: isRunning, store };
}

/** Runs no work while other work runs: then the answer is `null`. */
function useOneAtATime() {
  const [isRunning, setRunning] = useState(false);
  const isTaken = useRef(false);
  const run = async <T>(work: () => Promise<T>): Promise<T | null> => {
    if (isTaken.current) return null;
    isTaken.current = true;
    setRunning(true);
    try {
      return await work();
    } finally {
      isTaken.current = false;
      setRunning(false);
    }
  };
  return { isRunning, run };
}

function tell(queries: QueryClient, saved: Connector, isNew: boolean): void {
  queries.setQueryData(connectorQuery(saved.id).queryKey, saved);
  void queries.invalidateQueries({ queryKey: ['connectors'] });
  notifyDone(`${saved.name} is ${isNew ? 'created' : 'saved'}`);
}
