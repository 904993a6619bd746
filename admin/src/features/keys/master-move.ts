import type { Keys } from '../../api/keys';

/** How the master key can be renewed from here. */
export interface MasterMove {
  readonly action: string;
  readonly title: string;
  readonly text: string;
}

const TO_THE_NEW_ONE: MasterMove = {
  action: 'Move to the new master key',
  title: 'Move to the new master key?',
  text: 'The data keys are wrapped by the master key that the operator has set beside the present one. It waits until every process knows that key.',
};

/** A key in the environment is made by the operator, never here. */
const RENEWALS: Readonly<Record<Keys['provider'], MasterMove | null>> = {
  environment: null,
  file: {
    action: 'Renew the master key',
    title: 'Renew the master key?',
    text: 'A new key is written into the key file, and the data keys are wrapped by it. Back the file up afterwards: backups of the database from now on need the new key, older ones the former.',
  },
  vault: {
    action: 'Renew the master key',
    title: 'Renew the master key?',
    text: 'The key service makes a new version of the key, and the data keys are wrapped by it.',
  },
};

/** @returns `null` when the operator has to set a new master key first. */
export function masterMoveOf({ provider, is_new_master_waiting, is_sealed }: Keys): MasterMove | null {
  if (is_sealed) return null;
  return is_new_master_waiting ? TO_THE_NEW_ONE : RENEWALS[provider];
}
