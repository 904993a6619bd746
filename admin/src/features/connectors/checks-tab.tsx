import type { Connector } from '../../api/connectors';

export function ChecksTab(_props: { readonly connector: Connector }) {
  return null;
}
