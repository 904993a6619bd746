import type { Connector } from '../../api/connectors';

type Status = Connector['status'];

interface StatusLook {
  readonly label: string;
  readonly color: string;
  readonly meaning: string;
}

/** What the last test found. The badge, the filter and the sentences of this UI all say it by these words. */
export const STATUSES: Readonly<Record<Status, StatusLook>> = {
  draft: { label: 'Draft', color: 'gray', meaning: 'Not tested since it was last changed' },
  connected: { label: 'Connected', color: 'green', meaning: 'The last test passed' },
  error: { label: 'Error', color: 'red', meaning: 'The last test failed' },
};

export const STATUS_CHOICES = (Object.keys(STATUSES) as Status[]).map((value) => ({
  value,
  label: STATUSES[value].label,
}));

/** Whether a connector was taken into use; whether work goes through it is said by "In use". */
export const ACTIVITY = { true: 'Active', false: 'Inactive' } as const;

export const ACTIVITY_CHOICES = (['true', 'false'] as const).map((value) => ({ value, label: ACTIVITY[value] }));

export function activityOf({ is_enabled }: Pick<Connector, 'is_enabled'>): string {
  return is_enabled ? ACTIVITY.true : ACTIVITY.false;
}
