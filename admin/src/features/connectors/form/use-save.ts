import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, answer } from '../../../api/client';
import { connectorQuery, type Connector, type ProviderType } from '../../../api/connectors';
import { ApiError } from '../../../api/problem';
import { notifyDone } from '../../../components/notify';
import { rebase } from './form-conflict';
import type { SentEntry } from './form-entries';
import type { ConnectorForm } from './use-connector-form';

export interface Saving {
  /** @returns what is stored now, or `null` when the form says what is wrong. */
  readonly save: () => Promise<Connector | null>;
  readonly isSaving: boolean;
  /** A refusal that no field shows. */
  readonly error: unknown;
  readonly refusals: number;
  /** What somebody else stored meanwhile, while the user decides. */
  readonly conflict: Connector | null;
  readonly keepMine: () => void;
  readonly takeTheirs: () => void;
  readonly backToForm: () => void;
}

/** Saves the form: creates what is new, replaces the params of what is not; nobody's change is overwritten unseen. */
export function useSave(form: ConnectorForm, type: ProviderType, organizationId: string | null): Saving {
  const queries = useQueryClient();
  const [state, setState] = useState<{ isSaving: boolean; error: unknown; refusals: number }>(IDLE);
  const [conflict, setConflict] = useState<Connector | null>(null);
  const [isQueued, setQueued] = useState(false);
  const isRunning = useRef(false);

  const refuse = (error: unknown) => setState(({ refusals }) => ({ isSaving: false, error, refusals: refusals + 1 }));

  const store = async (sent: readonly SentEntry[]): Promise<Connector | null> => {
    try {
      const saved = await send(form, sent, { type, organizationId });
      queries.setQueryData(connectorQuery(saved.id).queryKey, saved);
      void queries.invalidateQueries({ queryKey: ['connectors'] });
      form.load(saved);
      setState(IDLE);
      notifyDone(form.base === null ? `${saved.name} is created` : `${saved.name} is saved`);
      return saved;
    } catch (error) {
      const theirs = await newerThan(form.base, error);
      if (theirs === null) refuse(form.refuse(error, sent) ? null : error);
      else {
        setState(IDLE);
        setConflict(theirs);
      }
      return null;
    }
  };

  const save = async (): Promise<Connector | null> => {
    if (isRunning.current || conflict !== null) return null;
    const sent = form.ready();
    if (sent === null) {
      refuse(null);
      return null;
    }
    isRunning.current = true;
    setState(({ refusals }) => ({ isSaving: true, error: null, refusals }));
    try {
      return await store(sent);
    } finally {
      isRunning.current = false;
    }
  };

  // After "keep mine": the form then stands on the newer version.
  useEffect(() => {
    if (!isQueued) return;
    setQueued(false);
    void save();
  });

  const take = (theirs: Connector) => {
    queries.setQueryData(connectorQuery(theirs.id).queryKey, theirs);
    setConflict(null);
  };
  return {
    ...state,
    save,
    conflict,
    keepMine: () => {
      if (conflict === null || form.base === null) return;
      const mine = rebase({ schema: form.schema, base: form.base, mine: form.values, theirs: conflict });
      form.load(conflict, mine);
      take(conflict);
      setQueued(true);
    },
    takeTheirs: () => {
      if (conflict === null) return;
      form.load(conflict);
      take(conflict);
    },
    backToForm: () => setConflict(null),
  };
}

const IDLE = { isSaving: false, error: null as unknown, refusals: 0 };

interface Target {
  readonly type: ProviderType;
  readonly organizationId: string | null;
}

function send(form: ConnectorForm, sent: readonly SentEntry[], { type, organizationId }: Target): Promise<Connector> {
  const body = { name: form.values.name, param_ids: sent.map(({ entry }) => entry) };
  if (form.base !== null)
    return answer(
      api.PUT('/api/connectors/{id}', {
        params: { path: { id: form.base.id }, header: { 'If-Match': `"${String(form.base.version)}"` } },
        body,
      }),
    );
  const { category, provider_type } = type;
  const organization = organizationId === null ? {} : { organization_id: organizationId };
  return answer(api.POST('/api/connectors', { body: { ...body, ...organization, category, provider_type } }));
}

/** What is stored after a save that came too late; `null` for any other failure. */
async function newerThan(base: Connector | null, error: unknown): Promise<Connector | null> {
  if (base === null || !(error instanceof ApiError) || error.status !== 412) return null;
  try {
    return await answer(api.GET('/api/connectors/{id}', { params: { path: { id: base.id } } }));
  } catch {
    return null;
  }
}
