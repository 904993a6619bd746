import type { Category } from '../../api/connector-categories';
import type { Connector } from '../../api/connectors';

type State = Pick<Connector, 'status' | 'is_enabled' | 'is_default' | 'is_routing'>;

/** Why a connector cannot be activated now; `null` when it can. */
export function whyNotActive({ status, is_enabled }: State, canChange: boolean): string | null {
  if (!canChange) return 'Only an administrator of the organization can change this.';
  if (is_enabled || status === 'connected') return null;
  return status === 'error'
    ? 'The last test failed. Correct the settings and test again; then it can be activated.'
    : 'It was not tested since it was last changed. Test it first; then it can be activated.';
}

/** What the switches mean for the work of the category. */
export function routingSentence(state: State, category: Category | undefined): string {
  const name = category?.display_name ?? 'This category';
  if (state.is_routing)
    return state.status === 'connected'
      ? `In use: ${name} goes through this connector.`
      : `In use, although its last test did not pass: ${name} goes through this connector.`;
  if (state.is_default) return `It is the default for ${name}, but not active, so ${elsewhere(category)}`;
  if (state.is_enabled) return `Active, but not the default for ${name}, so it is not used for new work.`;
  return `Not in use: it is neither active nor the default for ${name}.`;
}

function elsewhere(category: Category | undefined): string {
  if (category?.built_in?.available === true) return `${category.built_in.name} is used.`;
  return 'nothing can be sent or stored through it.';
}
