import type { Connector } from '../../api/connectors';

export function HistoryTab(_props: { readonly connector: Connector }) {
  return null;
}
