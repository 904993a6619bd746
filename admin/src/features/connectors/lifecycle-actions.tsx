import type { Connector } from '../../api/connectors';

/** Activate, deactivate, default and delete of one connector. */
export function LifecycleActions(_props: { readonly connector: Connector }) {
  return null;
}
