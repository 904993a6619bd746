import type { Connector } from '../../api/connectors';

export function UsagesTab(_props: { readonly connector: Connector }) {
  return null;
}
