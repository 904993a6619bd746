import { api, answer } from '../../../api/client';
import type { DraftKey } from '../../../api/draft-key';
import type { Connector, ProviderType } from '../../../api/connectors';
import { ApiError } from '../../../api/problem';
import type { SentEntry } from './form-entries';
import type { FormValues } from './form-values';

/** What a save sends: a version of the form, and what the server shall make of it. */
export interface Draft {
  /** What the values were made from; `null` creates a connector. */
  readonly base: Connector | null;
  readonly values: FormValues;
  readonly sent: readonly SentEntry[];
}

/** Where a connector that is created belongs. */
export interface Target {
  readonly type: ProviderType;
  readonly organizationId: string | null;
  readonly draftKey: DraftKey;
}

/** @returns what is stored now. @throws ApiError, ServerAwayError. */
export function sendDraft({ base, values, sent }: Draft, target: Target): Promise<Connector> {
  const body = { name: values.name, param_ids: sent.map(({ entry }) => entry) };
  if (base === null) return create(body, target);
  const header = { 'If-Match': `"${String(base.version)}"` };
  return answer(api.PUT('/api/connectors/{id}', { params: { path: { id: base.id }, header }, body }));
}

type Content = Pick<Draft['values'], 'name'> & { readonly param_ids: SentEntry['entry'][] };

async function create(content: Content, { type, organizationId, draftKey }: Target): Promise<Connector> {
  const { category, provider_type } = type;
  const organization = organizationId === null ? {} : { organization_id: organizationId };
  const body = { ...content, ...organization, category, provider_type };
  return draftKey.send(body, (header) => answer(api.POST('/api/connectors', { params: { header }, body })));
}

/** What is stored after a save that came too late; `null` for any other failure. */
export async function newerThan(base: Connector | null, error: unknown): Promise<Connector | null> {
  if (base === null || !(error instanceof ApiError) || error.status !== 412) return null;
  try {
    return await answer(api.GET('/api/connectors/{id}', { params: { path: { id: base.id } } }));
  } catch {
    return null;
  }
}
