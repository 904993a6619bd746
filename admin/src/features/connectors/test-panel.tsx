import type { Connector, ParamEntry, ProviderType } from '../../api/connectors';

interface Props {
  readonly type: ProviderType;
  /** `null` while it was never saved. */
  readonly connector: Connector | null;
  /** Whether the form holds changes: then the draft is tested, not the saved record. */
  readonly isDirty: boolean;
  /** The form's params as a save would send them. */
  readonly draft: () => ParamEntry[];
}

export function TestPanel(_props: Props) {
  return null;
}
