import { sendOf, use } from './moves.js';
import type { Caller, Kind, Param } from './prey.js';

/**
 * Names files that another admin of the organization uploaded and has not saved in a connector yet: in a draft, and in a
 * connector.
 * @param params with the host that the thief wants.
 */
export async function nameUnsaved(thief: Caller, kind: Kind, params: readonly Param[]): Promise<void> {
  const draft = { category: kind.category, provider_type: kind.providerType, param_ids: params };
  await thief.send('POST', '/api/connectors/test', { ...draft, ...sendOf(kind) });
  const { status, body } = await thief.send<{ id: string }>('POST', '/api/connectors', { ...draft, name: 'Thief' });
  if (status === 201) await use({ caller: thief, kind, id: body.id });
}
